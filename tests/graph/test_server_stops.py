"""Neo4j stopped in the middle of a build: the build waits, then says so, and later goes on where it was."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from neo4j_fixture import left_out_where_none_can_run
from unknown import function

from magnet_kg.dependency.judging import build_graph
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.graph import GraphStore
from magnet_kg.graph.neo4j import Neo4jStore
from magnet_kg.graph.server import ManagedServer
from magnet_kg.graph.verdicts import judged_pairs
from magnet_kg.teacher.protocol import Judgement
from magnet_kg.teacher.rules.teacher import RulesTeacher

THINGS = ("order", "card", "flight", "room", "song", "parcel")
FUNCTIONS = [
    made
    for thing in THINGS
    for made in (
        function(f"find_{thing}", {"label": "text"}, {f"{thing}_id": "text"}, category=thing),
        function(f"open_{thing}", {f"{thing}_id": "text"}, {"note": "text"}, category=thing),
    )
]
IDS = [one.id for one in FUNCTIONS]


class Stopping(RulesTeacher):
    """The rules, which count what they are asked, and pull the plug of the server at one question."""

    def __init__(self, server: ManagedServer | None = None, back: bool = False) -> None:
        super().__init__(phrases={})
        self._server = server
        self._back = back
        self.pairs: list[tuple[str, str]] = []
        self.starting: threading.Thread | None = None

    async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
        if self._server is not None and len(self.pairs) >= 4:
            server, self._server = self._server, None
            info = server.status()
            assert info is not None
            server.down()
            if self._back:
                ports = (int(info.uri.rpartition(":")[2]), int(info.http_url.rpartition(":")[2].strip("/")))
                self.starting = threading.Thread(target=server.up, args=ports)
                self.starting.start()
        self.pairs += [(source.id, candidate.id) for candidate in candidates]
        return await super().judge(source, candidates, sample)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ManagedServer]:
    left_out_where_none_can_run()
    server = ManagedServer(tmp_path / "neo4j")
    server.up(0, 0)
    yield server
    server.down()


def opened(server: ManagedServer, patience: float) -> GraphStore:
    info = server.status()
    assert info is not None
    store = Neo4jStore(info.uri, info.user, info.password_file.read_text(), patience=patience)
    store.ensure_schema()
    return store


def test_a_build_waits_for_its_server_or_stops_and_goes_on_later(
    server: ManagedServer, caplog: pytest.LogCaptureFixture
) -> None:
    first = Stopping(server)
    ports = server.status()
    assert ports is not None
    with opened(server, patience=1) as store, pytest.raises(MagnetError, match="no Neo4j server answers here"):
        build_graph(store, FUNCTIONS, first)
    server.up(int(ports.uri.rpartition(":")[2]), 0)
    second = Stopping(server, back=True)
    with opened(server, patience=60) as store, caplog.at_level(logging.WARNING):
        kept = judged_pairs(store, IDS)
        built = build_graph(store, FUNCTIONS, second)
        assert not kept & set(second.pairs), "what was stored is judged again"
        assert len(second.pairs) == len(set(second.pairs))
        assert built.judgements == len(second.pairs)
        assert judged_pairs(store, IDS) == kept | set(second.pairs)
        feeds = [row["number"] for row in store.run("count_feeds")]
        assert sum(feeds) == len(THINGS), "an edge is missing, or there twice"
    assert second.starting is not None
    second.starting.join()
    assert [one for one in caplog.messages if "waiting up to 60 s" in one]
