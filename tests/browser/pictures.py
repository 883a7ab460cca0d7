"""Makes the README's pictures of Neo4j Browser anew: `python tests/browser/pictures.py` (Chromium, Java and Maven).

A server of its own is filled with the toolkits' functions, and the saved queries run in a real Browser with the style.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from neo4j_browser import BrowserWindow  # noqa: E402

from magnet_kg.dependency.judging import build_graph  # noqa: E402
from magnet_kg.graph import open_graph  # noqa: E402
from magnet_kg.graph.browser import browser_files  # noqa: E402
from magnet_kg.graph.server import ManagedServer, ServerInfo  # noqa: E402
from magnet_kg.pipeline.workbench import WorkbenchSettings, open_workbench  # noqa: E402

FOLDER = ROOT / "cypher" / "browser" / "pictures"
PICTURES = {
    "neighbourhood": (":param function => 'reserve_flight'", "The neighbourhood of a function"),
    "from_a_to_b": (":params {from: 'find_contact', to: 'reserve_flight'}", "How do I get from A to B"),
}
# Browser moves the nodes by forces that grow weaker for some seconds, and nothing on the page says when they rest: a
# picture that is taken sooner shows them on their way.
_SETTLED_SECONDS = 6
_SIZE = (1150, 1000)


def take(info: ServerInfo) -> None:
    files = browser_files(info.http_url)
    with BrowserWindow(f"{info.http_url}/browser/", _SIZE) as window:
        window.connect(info.user, info.password_file.read_text().strip())
        window.drop("style.grass", files["style.grass"])
        window.run(":config autoComplete: false")
        window.drop("queries.zip", files["queries.zip"])
        for name, (parameters, title) in PICTURES.items():
            window.run(parameters)
            window.open_queries("magnet-kg")
            frame = window.run_saved(title)
            window.wait_for(frame, "Displaying")
            # Without the sidebar there is more room for the picture.
            window.toggle_queries()
            time.sleep(_SETTLED_SECONDS)
            window.picture(frame, FOLDER / f"{name}.png")
            print(FOLDER / f"{name}.png", (FOLDER / f"{name}.png").stat().st_size)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="magnet-kg-") as folder:
        server = ManagedServer(Path(folder))
        info = server.up(0, 0)
        os.environ["NEO4J_PASSWORD"] = info.password_file.read_text().strip()
        try:
            bench = open_workbench(WorkbenchSettings())
            with open_graph(info.uri) as store:
                build_graph(store, list(bench.executor.functions.values()), bench.teacher)
            take(info)
        finally:
            server.down()


if __name__ == "__main__":
    main()
