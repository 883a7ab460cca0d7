"""What a learner would miss: progress that moves, money that comes back in time, and hours that are not sold twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.learning import toolkit

SEEDS = (3, 8, 17, 52)
EXECUTOR = ToolkitExecutor([toolkit])


class School:
    """A session with the learning toolkit, and the world behind it."""

    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        world: World = self.session.snapshot().opened()
        return world

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"learning/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"learning/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def card(self) -> str:
        """A card with money behind it."""
        balances = {a.account_id: a.balance for a in self.world.accounts}
        return max(self.world.cards, key=lambda c: balances[c.account_id]).card_id


@pytest.fixture(params=SEEDS)
def school(request: pytest.FixtureRequest) -> School:
    return School(EXECUTOR.open(request.param))


def test_a_course_is_paid_finished_and_certified(school: School) -> None:
    courses = school.do("search_courses", subject="Polish")["courses"]
    details = [school.do("get_course", course_id=c["course_id"]) for c in courses]
    course = next(d for d in details if d["gives_certificate"] and not d["enrolled"])["course_id"]
    made = school.do("enroll_in_course", course_id=course, card_id=school.card())
    assert school.world.transactions[-1].amount == -made["price_paid"]
    assert school.refusal("enroll_in_course", course_id=course, card_id=school.card()) == "already_exists"
    lessons = school.do("list_course_lessons", course_id=course)["lessons"]
    for number, lesson in enumerate(lessons):
        done = school.do("complete_lesson", open_lesson_id=lesson["lesson_id"])
        assert done["lessons_left"] == len(lessons) - number - 1
    assert done["certificate_id"] == school.do("list_certificates")["certificates"][0]["certificate_id"]
    assert school.refusal("complete_lesson", open_lesson_id=lessons[0]["lesson_id"]) == "already_completed"
    enrollment = made["enrollment_id"]
    assert school.refusal("set_study_plan", enrollment_id=enrollment, minutes_per_day=20) == "closed"
    quizzes = school.do("list_course_quizzes", enrollment_id=enrollment)
    assert quizzes["taken_quizzes"]
    assert not quizzes["quizzes_to_take"]
    first = quizzes["taken_quizzes"][0]
    results = school.do("get_quiz_results", quiz_id=first["quiz_id"])
    assert max(a["score_percent"] for a in results["attempts"]) == first["best_score_percent"]


def test_the_price_comes_back_in_time_only(school: School) -> None:
    course = next(
        c["course_id"]
        for c in school.do("search_courses", subject="chess")["courses"]
        if not school.do("get_course", course_id=c["course_id"])["enrolled"]
    )
    made = school.do("enroll_in_course", course_id=course, card_id=school.card())
    left = school.do("leave_course", enrollment_id=made["enrollment_id"])
    assert left["refund_amount"] == made["price_paid"]
    assert school.refusal("leave_course", enrollment_id=made["enrollment_id"]) == "not_found"


def test_a_study_plan_ends_when_the_minutes_are_used_up(school: School) -> None:
    own = school.do("list_enrolled_courses")["enrolled_courses"][0]["enrollment_id"]
    left = school.do("get_course_progress", enrollment_id=own)["minutes_left"]
    plan = school.do("set_study_plan", enrollment_id=own, minutes_per_day=15)
    assert plan["study_days"] == -(-left // 15)
    assert plan["finish_date"] == (school.world.today + timedelta(days=plan["study_days"] - 1)).isoformat()


def test_an_hour_is_sold_once_and_refunded(school: School) -> None:
    tutor = school.do("search_tutors", subject="Korean")["tutors"][0]["tutor_id"]
    day = (school.world.today + timedelta(days=20)).isoformat()
    times = school.do("find_tutor_times", tutor_id=tutor, day=day)["tutor_times"]
    card, hour = school.card(), times[0]["tutor_time_id"]
    lesson = school.do("book_tutor_lesson", tutor_time_id=hour, card_id=card)
    assert school.refusal("book_tutor_lesson", tutor_time_id=hour, card_id=card) == "conflict"
    gone = school.do("cancel_tutor_lesson", tutor_lesson_id=lesson["tutor_lesson_id"])
    assert gone["refund_amount"] == lesson["lesson_price"]
    assert school.refusal("cancel_tutor_lesson", tutor_lesson_id=lesson["tutor_lesson_id"]) == "already_cancelled"


def test_a_lesson_goes_into_a_deck_once(school: School) -> None:
    own = school.do("list_enrolled_courses")["enrolled_courses"][0]
    lesson = school.do("list_course_lessons", course_id=own["course_id"])["lessons"][1]["lesson_id"]
    deck = school.do("list_flashcard_decks")["decks"][0]
    grown = school.do("add_lesson_to_deck", deck_id=deck["deck_id"], lesson_id=lesson)
    assert grown["card_count"] == deck["card_count"] + grown["cards_added"]
    assert school.refusal("add_lesson_to_deck", deck_id=deck["deck_id"], lesson_id=lesson) == "already_exists"


def test_a_question_is_in_the_forum(school: School) -> None:
    course = school.do("search_courses", subject="baking")["courses"][0]["course_id"]
    made = school.do("ask_course_question", course_id=course, question_text="Which flour?")
    newest = school.do("list_course_questions", course_id=course)["course_questions"][0]
    assert newest["course_question_id"] == made["course_question_id"]
    assert newest["answer_count"] == 0
