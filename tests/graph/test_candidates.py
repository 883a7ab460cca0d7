"""Candidates: what a function returns meets what another takes; rare concepts say more than common ones."""

from __future__ import annotations

import random

from graph_toys import function, use

from magnet_kg.domain.concept import ConceptUse
from magnet_kg.domain.function import Function
from magnet_kg.graph import GraphStore
from magnet_kg.graph.candidates import find_candidates, list_category_members
from magnet_kg.graph.functions import save_functions

SEARCH = function("search")


def test_who_shares_rare_concepts_comes_first(graph_store: GraphStore) -> None:
    rare, common, both = function("zz_rare"), function("aa_common"), function("both")
    crowd = [function(f"crowd{number}") for number in range(5)]
    uses = [
        use(SEARCH, takes=("flight id",), returns=("flight id", "city")),
        use(rare, takes=("flight id",)),
        use(common, takes=("city",)),
        use(both, takes=("city", "flight id")),
        *(use(each, takes=("city",)) for each in crowd),
    ]
    save_functions(graph_store, [SEARCH, rare, common, both, *crowd], uses)
    found = find_candidates(graph_store, [SEARCH.id, rare.id, "toys/nobody"], limit=4)
    assert found == {
        "toys/nobody": [],
        SEARCH.id: [both.id, rare.id, common.id, crowd[0].id],
        rare.id: [],
    }


def test_the_question_can_be_asked_from_the_target(graph_store: GraphStore) -> None:
    book, find = function("book"), function("find")
    uses = [
        use(SEARCH, returns=("flight",)),
        use(find, returns=("flight", "name")),
        use(book, ("flight", "name")),
    ]
    save_functions(graph_store, [SEARCH, book, find], uses)
    assert find_candidates(graph_store, [book.id], role="target") == {book.id: [find.id, SEARCH.id]}
    assert find_candidates(graph_store, [SEARCH.id], role="target") == {SEARCH.id: []}


def test_candidates_can_be_kept_to_the_functions_own_category(graph_store: GraphStore) -> None:
    near, far = function("near"), function("far", category="Money")
    uses = [use(SEARCH, returns=("flight",)), use(near, takes=("flight",)), use(far, takes=("flight",))]
    save_functions(graph_store, [SEARCH, near, far], uses)
    assert find_candidates(graph_store, [SEARCH.id]) == {SEARCH.id: [far.id, near.id]}
    assert find_candidates(graph_store, [SEARCH.id], scope="category") == {SEARCH.id: [near.id]}
    assert list_category_members(graph_store, [SEARCH.id]) == {"Travel": [near.id, SEARCH.id]}
    assert list_category_members(graph_store, [far.id, near.id]) == {
        "Money": [far.id],
        "Travel": [near.id, SEARCH.id],
    }


def test_going_through_rare_concepts_first_finds_the_same_as_going_through_all(
    graph_store: GraphStore,
) -> None:
    chance = random.Random(7)

    def some() -> tuple[str, ...]:
        return tuple(sorted({f"c{min(int(chance.paretovariate(0.6)), 60)}" for _ in range(3)}))

    functions = [function(f"f{number:03}") for number in range(150)]
    uses = [use(each, takes=some(), returns=some()) for each in functions]
    save_functions(graph_store, functions, uses)
    found = find_candidates(graph_store, [each.id for each in functions], limit=5)
    assert found == {each.id: _by_hand(each, uses)[:5] for each in functions}


def _by_hand(function: Function, uses: list[ConceptUse]) -> list[str]:
    takes = {each.function: {one.concept for one in each.takes} for each in uses}
    returns = {each.function: {one.concept for one in each.returns} for each in uses}
    weight = {
        concept: 1 / sum(concept in takes[each.function] | returns[each.function] for each in uses)
        for concept in returns[function.id]
    }
    shared = {name: takes[name] & returns[function.id] for name in takes if name != function.id}
    # Rarest first, as the sum of numbers with a point depends on their order in the last digit.
    scores = {
        name: sum(weight[each] for each in sorted(concepts, key=lambda each: (-weight[each], each)))
        for name, concepts in shared.items()
        if concepts
    }
    return sorted(scores, key=lambda name: (-scores[name], name))
