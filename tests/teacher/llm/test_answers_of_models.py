"""What a model answers: taken exactly as it is, sent back once, or given up with a reason that can be counted."""

from __future__ import annotations

from typing import Any

import pytest
from calling import GOOD, Opinion, ask, model, opinion, saying
from model_server import ModelServer

from magnet_kg.domain.errors import Unanswered
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.request import ModelRequest
from magnet_kg.teacher.settings import TeacherSettings

PROVIDERS = ["openai", "google"]


def given_up(settings: TeacherSettings, office: Office, request: ModelRequest[Opinion]) -> str:
    with pytest.raises(Unanswered) as caught:
        ask(settings, office, request)
    assert office.report()["unanswered"] == [{"task": "judge", "reason": caught.value.reason, "rows": 1}]
    return caught.value.reason


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_is_held_to_its_schema_and_its_tokens_are_counted(
    models: ModelServer, office: Office, provider: str
) -> None:
    seen: list[Any] = []
    models.script = lambda question: (seen.append(question.schema), saying(GOOD)(question))[1]  # type: ignore[func-returns-value]
    assert ask(model(models, provider), office, opinion("rain")) == [Opinion(good=True, reason="It is.")]
    assert seen[0]["required"] == ["good", "reason"]
    assert not seen[0]["additionalProperties"]
    (counted,) = office.report()["tasks"]
    assert (counted["calls"], counted["cached"], counted["repaired"]) == (1, 0, 0)
    assert counted["tokens_in"] > 0 < counted["tokens_out"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_server_without_a_schema_mode_is_asked_for_json_in_words(
    models: ModelServer, office: Office, provider: str
) -> None:
    models.change(schema_mode=False)
    ask(model(models, provider), office, opinion("rain"), opinion("snow"))
    assert models.counts.calls == 3, "that it has none is learnt once"


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("truncated", "the answer is not one JSON object"),
        ("prose", "the answer is not one JSON object"),
        ("wrong_schema", "the answer does not fit its schema"),
        ("empty", "the answer is empty"),
    ],
)
def test_an_answer_that_does_not_fit_is_sent_back_once_and_then_given_up(
    models: ModelServer, office: Office, provider: str, kind: str, reason: str
) -> None:
    faults = models.settings.faults
    models.change(faults=faults.model_copy(update={"numbered": {1: kind, 3: kind, 4: kind}}))
    ask(model(models, provider), office, opinion("rain"))
    assert office.report()["tasks"][0]["repaired"] == 1
    assert office.accounts.calls_of("rain") == {"judge": 2}
    assert given_up(model(models, provider), office, opinion("snow")) == reason
    assert models.counts.calls == 4


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_model_that_refuses_is_not_asked_again(models: ModelServer, office: Office, provider: str) -> None:
    models.change(faults=models.settings.faults.model_copy(update={"share": 1.0, "kinds": ("refusal",)}))
    assert given_up(model(models, provider), office, opinion("rain")) == "the model refused"
    assert models.counts.calls == 1


def test_what_code_finds_wrong_is_told_in_words(models: ModelServer, office: Office) -> None:
    told: list[str] = []
    models.script = lambda question: (told.append(question.messages[-1].text), saying(GOOD)(question))[1]  # type: ignore[func-returns-value]
    request = opinion("rain", lambda answer: ["Say why rain is good."] if "rain" not in answer.reason else [])
    assert given_up(model(models), office, request) == "the answer has faults"
    assert "Say why rain is good." in told[1]


@pytest.mark.parametrize(
    "text",
    [
        '{"good": "true", "reason": "It is."}',
        '{"good": true, "reason": "It is.", "more": 1}',
        '{"good": true}',
        f"```json\n{GOOD}\n```",
        f"{GOOD}\n{GOOD}",
        '{"good": true, "reason": "\\ud800"}',
    ],
)
def test_nothing_is_converted_completed_or_cut_out(models: ModelServer, office: Office, text: str) -> None:
    models.script = saying(text, GOOD)
    ask(model(models), office, opinion("rain"))
    assert office.report()["tasks"][0]["repaired"] == 1


def test_json_in_words_may_come_as_one_block_of_code(models: ModelServer, office: Office) -> None:
    models.script = saying(f"```json\n{GOOD}\n```", f"Here it is:\n```json\n{GOOD}\n```", GOOD)
    ask(model(models, structured="json"), office, opinion("rain"), opinion("snow"))
    assert office.report()["tasks"][0]["repaired"] == 1


def test_a_rerun_reads_good_and_bad_answers_from_the_cache(models: ModelServer, office: Office) -> None:
    models.change(faults=models.settings.faults.model_copy(update={"share": 0.5, "kinds": ("prose", "refusal")}))

    def asked() -> list[str]:
        found = []
        for number in range(12):
            try:
                found.append(ask(model(models), office, opinion(f"number {number}"))[0].reason)
            except Unanswered as given_up:
                found.append(given_up.reason)
        return found

    first, calls = asked(), models.counts.calls
    assert asked() == first
    assert len(set(first)) > 1
    assert models.counts.calls == calls


def test_another_sample_is_another_question_and_another_address_is_not(models: ModelServer, office: Office) -> None:
    ask(model(models), office, opinion("rain"), opinion("rain", sample=1))
    assert models.counts.calls == 2
    ask(model(models, base_url=models.openai.replace("127.0.0.1", "localhost")), office, opinion("rain"))
    ask(model(models, concurrency=1, timeout=5), office, opinion("rain"))
    assert models.counts.calls == 2
    ask(model(models, temperature=0.5), office, opinion("rain"))
    assert models.counts.calls == 3
