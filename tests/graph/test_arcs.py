"""Walks on a stored graph: both engines give the same, and what only a conversion leads to is not walked."""

from __future__ import annotations

from random import Random

from graph_toys import feeds, function

from magnet_kg.graph import GraphStore
from magnet_kg.graph.functions import save_functions
from magnet_kg.graph.verdicts import arcs_from, arcs_into, save_verdicts
from magnet_kg.paths.steps import sample_walks
from magnet_kg.paths.walk import Neighbourhood

TOYS = [function(f"toy{number}") for number in range(30)]


def fill(store: GraphStore) -> None:
    chance = Random(5)
    pairs = {(chance.randrange(30), chance.randrange(30)) for _ in range(120)}
    verdicts = [
        feeds(TOYS[a], TOYS[b], confidence=chance.choice([0.5, 0.9]), nested=chance.random() < 0.2)
        for a, b in sorted(pairs)
        if a != b
    ]
    save_functions(store, TOYS, [])
    save_verdicts(store, verdicts)


def test_arcs_come_sorted_and_without_nested_ones(graph_store: GraphStore) -> None:
    one, two, three, four = TOYS[:4]
    save_functions(graph_store, TOYS[:4], [])
    nested = feeds(one, four, nested=True)
    save_verdicts(graph_store, [feeds(one, three, confidence=0.5), feeds(one, two), nested])
    ahead = arcs_from(graph_store, [one.id, two.id])
    assert (ahead[one.id].others, list(ahead[one.id].confidences)) == ((two.id, three.id), [0.875, 0.5])
    assert len(ahead[two.id].others) == 0
    behind = arcs_into(graph_store, [three.id, four.id])
    assert [behind[each.id].others for each in (three, four)] == [(one.id,), ()]


# Whatever engine holds the graph, and however its edges are fetched.
EXPECTED = ["9 26 14 20 29 19 11", "19 11 16 8 5 29 19", "29 19 11 16 8 5 13", "25 15 5 13 4 8 5"]


def test_the_same_seed_gives_the_same_walks_on_every_engine(graph_store: GraphStore) -> None:
    fill(graph_store)
    ids = sorted(toy.id for toy in TOYS)
    walks = sample_walks(Neighbourhood.stored(graph_store), ids, steps=7, count=4, seed=3)
    assert [" ".join(step.function.removeprefix("toys/toy") for step in walk) for walk in walks] == EXPECTED
    assert all(step.bindings for walk in walks for step in walk[1:])
