"""All kinds of small graphs of edges, as walks meet them."""

from __future__ import annotations

from hypothesis import strategies as st

from magnet_kg.domain.dependency import Binding, Dependency, Edge
from magnet_kg.paths.walk import Neighbourhood

NODES = [f"toys/{letter}" for letter in "abcdefg"]
Graph = dict[tuple[str, str], Edge]


def edge(source: str, target: str, *, nested: bool = False, confidence: float = 0.9) -> Edge:
    dependency = Dependency(
        kind="output_is_input",
        bindings=(Binding(output="id", parameter="id"),),
        nested=nested,
        confidence=confidence,
        rationale="",
    )
    return Edge(source=source, target=target, dependency=dependency, verdict=f"{source}>{target}", judge="test")


pairs = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda p: p[0] != p[1])
graphs = st.dictionaries(
    pairs, st.tuples(st.sampled_from([False, False, True]), st.sampled_from([0.0, 0.5, 0.9])), max_size=25
).map(lambda chosen: {p: edge(*p, nested=n, confidence=c) for p, (n, c) in sorted(chosen.items())})


def neighbourhood(graph: Graph, asked: list[str] | None = None) -> Neighbourhood:
    """The graph as a store gives it; `asked` collects every node that is asked for."""

    def fetch(ids: list[str], side: int) -> dict[str, list[Edge]]:
        if asked is not None:
            asked.extend(ids)
        return {one: [e for pair, e in graph.items() if pair[side] == one] for one in ids}

    return Neighbourhood(lambda ids: fetch(ids, 0), lambda ids: fetch(ids, 1))
