"""Messages by a model: what a message says has to be read back from its words, or no call can be proven by it."""

from __future__ import annotations

import pytest
from lending import FORGETFUL, MESSAGE, TURN, scene
from recorded import answered, faults_in, recorded

from magnet_kg.domain.dialogue import Criterion, Mention, UserMessage
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import PathTurn
from magnet_kg.teacher.llm.tasks import ask

REQUEST = ask.request(scene(), TURN)


def _mention(step: str, parameter: str, words: str, **means: object) -> Mention:
    start = MESSAGE.index(words)
    given = {"source": "said", "start": start, "end": start + len(words), **means}
    return Mention.model_validate({"step": step, "parameter": parameter, **given})


def test_a_good_answer_becomes_a_message_that_says_where_its_values_stand() -> None:
    by_title, highest = Criterion(take="match", match={"title": "Dune"}), Criterion(take="max", by="fine")
    assert ask.read(answered(REQUEST, recorded("ask", "good.json")), scene(), TURN) == UserMessage(
        text=MESSAGE,
        mentions=(
            _mention("s2", "name", "Ruth Okafor", value="Ruth Okafor"),
            _mention("s3", "text", "the reading group meets at mine", value="the reading group meets at mine"),
            _mention("s4", "loan_id", "Dune", source="chosen", criterion=by_title),
            _mention("s4", "until", "next Friday", form="day", value="2026-11-27"),
            _mention("s5", "amount", "the highest fine", source="chosen", criterion=highest),
            _mention("s5", "target_currency", "Swiss francs", form="currency", value="CHF"),
        ),
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("truncated.json", "The answer is not one JSON object and nothing else"),
        ("prose_around.txt", "The answer is not one JSON object and nothing else"),
        ("words_not_there.json", "Step 4, target_currency: the words “francs of Switzerland” are not in the message."),
        ("other_day.json", 'Step 3, until: nobody reads “next Friday” as "2026-11-20"'),
        ("no_json.json", "Step 3, until: the value '2026-11-27' is not JSON"),
        ("no_such_step.json", "There is no step 7."),
        ("no_such_parameter.json", "Step 1: find_member has no parameter 'surname'."),
        ("unsaid.json", "Step 2: the message has to say text"),
        ("undecided.json", "Step 4, amount: the words “the fine of Dune” do not name Emma"),
        ("nothing_to_choose.json", "Step 2, text: nothing that was found or will be found goes in there"),
        ("identifier.json", "The message has the identifier loan_id"),
        ("internal_id.json", "The message has the internal id ln_48213"),
        ("lookup_named.json", "The message names find_member"),
        ("hint_mentioned.json", "The message speaks of a hint"),
        ("in_german.json", "The message is not in English."),
        ("impossible_nowhere.json", "Say which step is impossible, 1 to 4"),
    ],
)
def test_a_bad_answer_is_told_what_is_wrong_with_it(name: str, told: str) -> None:
    assert any(fault.startswith(told) for fault in faults_in(REQUEST, recorded("ask", name)))


def test_what_the_user_forgets_is_not_said() -> None:
    forgetful = ask.request(scene(FORGETFUL), FORGETFUL)
    assert faults_in(forgetful, recorded("ask", "forgetful.json")) == []
    assert "The message says until" in faults_in(forgetful, recorded("ask", "good.json"))[0]
    (fault,) = faults_in(forgetful, recorded("ask", "day_left_in.json"))
    assert fault == "The message says “next Friday”, but the user has to leave out until."


def test_what_no_honest_message_leads_to_is_dropped_with_its_step() -> None:
    answer = answered(REQUEST, recorded("ask", "impossible.json"))
    with pytest.raises(Untranslatable) as failure:
        ask.read(answer, scene(), TURN)
    assert failure.value.step == "s4"


def test_a_talk_cannot_be_impossible() -> None:
    talk = PathTurn(id="t2")
    (fault,) = faults_in(ask.request(scene(talk), talk), recorded("ask", "impossible.json"))
    assert fault.startswith("Nothing stands in the way")


def test_the_same_scene_is_asked_about_in_the_same_words() -> None:
    """An answer is kept under its question: a question that changes by itself is paid for again."""
    again = ask.request(scene(), TURN)
    assert (again.messages, again.prompt_hash) == (REQUEST.messages, REQUEST.prompt_hash)
