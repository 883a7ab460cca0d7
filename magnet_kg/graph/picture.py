"""A neighbourhood as a page that can be moved, searched and read offline, drawn by neo4j-viz."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from magnet_kg.domain.dependency import Dependency
from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph.neighbourhood import Surroundings

if TYPE_CHECKING:
    from neo4j_viz import VisualizationGraph

# Colours that remain apart for those who see few (Okabe and Ito); more categories than colours share the last.
_COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#8C8C8C")


def picture_html(around: Surroundings) -> str:
    """A page of its own: script, style and data are in it, and the texts of the graph are data to it.

    Raises:
        MagnetError: neo4j-viz is not installed.
    """
    page: str = picture(around).render(height="100vh").data
    return page.replace("</head>", "<style>body { margin: 0 }</style></head>", 1)


def picture(around: Surroundings) -> VisualizationGraph:
    """The neighbourhood for a notebook: functions in the colours of their categories, the one in the middle larger.

    Raises:
        MagnetError: neo4j-viz is not installed.
    """
    try:
        from neo4j_viz import Node, Relationship, VisualizationGraph
    except ImportError as error:
        raise MagnetError("neo4j-viz, which draws the picture, is not installed",
                          do="pip install 'magnet-kg[notebook]'") from error  # fmt: skip
    colors = _colors(each.category for each in around.functions)
    nodes = [
        Node(
            id=each.id,
            caption=each.name,
            color=colors[each.category],
            size=30 if each.id == around.center else 18,
            properties=each.model_dump(),
        )
        for each in around.functions
    ]
    edges = [
        Relationship(
            id=f"{edge.source} {edge.target}",
            source=edge.source,
            target=edge.target,
            caption=_fed(edge.dependency),
            properties=_told(edge.dependency, edge.judge),
        )
        for edge in around.edges
    ]
    return VisualizationGraph(nodes=nodes, relationships=edges)


def _colors(categories: Iterable[str]) -> dict[str, str]:
    return {name: _COLORS[min(place, len(_COLORS) - 1)] for place, name in enumerate(dict.fromkeys(categories))}


def _fed(dependency: Dependency) -> str:
    return ", ".join(b.parameter for b in dependency.bindings) or dependency.kind.replace("_", " ")


def _told(dependency: Dependency, judge: str) -> dict[str, str | float]:
    bindings = ", ".join(f"{b.output} → {b.parameter}" for b in dependency.bindings)
    return {
        "kind": dependency.kind,
        "bindings": bindings,
        "confidence": dependency.confidence,
        "rationale": dependency.rationale,
        "judge": judge,
    }
