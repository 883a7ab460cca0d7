"""Candidates: what a function returns meets what another takes; rare concepts say more than common ones."""

from __future__ import annotations

import random

from graph_toys import function, use

from magnet_kg.domain.concept import ConceptUse, Takes
from magnet_kg.domain.function import Function
from magnet_kg.graph import GraphStore
from magnet_kg.graph.candidates import find_candidates, list_members, pools_of
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
    (part,) = pools_of(graph_store, [far.id, near.id], "category")
    members = {pool.name: names for pool, names in list_members(graph_store, part).items()}
    assert members == {"Money": [far.id], "Travel": [near.id, SEARCH.id]}


def test_toolkits_share_one_world_and_catalogs_keep_to_their_categories(graph_store: GraphStore) -> None:
    ours = [function(name, category=name, catalog="toolkits") for name in ("find_ours", "use_ours")]
    theirs = [function(name, category=name, catalog="cloud") for name in ("find_theirs", "use_theirs")]
    near = function("use_near", category="find_theirs", catalog="other")
    uses = [use(each, returns=("flight",)) for each in (ours[0], theirs[0])]
    uses += [use(each, takes=("flight",)) for each in (ours[1], theirs[1], near)]
    save_functions(graph_store, [*ours, *theirs, near], uses)
    ids = [ours[0].id, theirs[0].id]
    expected = {
        "auto": [[ours[1].id], [near.id]],
        "category": [[], [near.id]],
        "catalog": [[ours[1].id], [theirs[1].id]],
        "all": 2 * [sorted([ours[1].id, theirs[1].id, near.id])],
    }
    for scope, found in expected.items():
        assert list(find_candidates(graph_store, ids, scope=scope).values()) == found, scope  # type: ignore[arg-type]


def test_what_another_catalog_holds_changes_no_candidate(graph_store: GraphStore) -> None:
    """A score that counted the whole graph would give the same catalog other edges on another machine."""
    own = [SEARCH, *(function(f"own{number}") for number in range(4))]
    uses = [use(SEARCH, returns=("flight", "city")), *(use(each, takes=("city",)) for each in own[1:3])]
    uses += [use(each, takes=("flight",)) for each in own[3:]]
    save_functions(graph_store, own, uses)
    before = find_candidates(graph_store, [SEARCH.id], 2, "auto")
    others = [function(f"other{number}", category="Elsewhere") for number in range(9)]
    save_functions(graph_store, others, [use(each, takes=("flight",), returns=("city",)) for each in others])
    assert find_candidates(graph_store, [SEARCH.id], 2, "auto") == before


def test_only_what_is_needed_makes_a_candidate_of_what_needs_anything(graph_store: GraphStore) -> None:
    free, bound = function("free"), function("bound")
    optional = Takes(parameter="flight", concept="flight", type="string", required=False)
    uses = [
        use(SEARCH, returns=("flight",)),
        ConceptUse(function=free.id, takes=(optional,)),
        ConceptUse(function=bound.id, takes=(optional, *use(bound, takes=("card",)).takes)),
    ]
    save_functions(graph_store, [SEARCH, free, bound], uses)
    assert find_candidates(graph_store, [SEARCH.id]) == {SEARCH.id: [free.id]}


def test_similar_words_find_what_concepts_miss(graph_store: GraphStore) -> None:
    close, far = function("close"), function("far")
    crowd = [function(f"crowd{number}") for number in range(6)]
    uses = [use(SEARCH, returns=("hosted zone id",)), use(close, takes=("zone id",)), use(far, takes=("card id",))]
    uses += [use(each, takes=(f"thing{number} id",)) for number, each in enumerate(crowd)]
    save_functions(graph_store, [SEARCH, close, far, *crowd], uses)
    assert find_candidates(graph_store, [SEARCH.id]) == {SEARCH.id: [close.id]}


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
