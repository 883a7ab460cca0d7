"""Tutors and their free hours, computed from the world's seed, and what somebody who learns has at the start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, cities, derived_rng, words
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.learning.courses import LANGUAGES, SUBJECTS, courses_on
from magnet_kg.toolkits.learning.records import Certificate, Deck, Enrollment, LearningState, Note, TutorLesson

LESSON_MINUTES = 60
_PER_SUBJECT = 8
_FIRST_DAY = date(2025, 1, 1)
_FIRST_HOUR, _LAST_HOUR = 7, 21
_FREE_SHARE = 0.24
_NOTES = (
    "Repeat the examples out loud.", "The second exercise is harder than it looks.", "Ask about the last part.",
    "Watch the first half again.", "Print the summary.", "Good ideas for the weekend.",
)  # fmt: skip
_DECKS = (
    "kitchen words", "travel phrases", "irregular verbs", "tricky spellings", "false friends", "small talk",
    "technical terms", "polite phrases", "body and health", "weather words", "key dates", "rules of thumb",
    "everyday verbs", "market words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tutor:
    """Somebody who teaches a subject. `number` is their place among all tutors."""

    number: int
    tutor_id: str
    name: str
    subject: str
    city: str
    rating: float
    hourly: float
    years: int


@lru_cache(maxsize=256)
def tutors_of(seed: int, subject: str) -> tuple[Tutor, ...]:
    """The tutors of a subject, best rated first; no two have the same name, rating, price or years."""
    rng = derived_rng(seed, "tutors", subject)
    count = rng.randint(4, _PER_SUBJECT)
    first_names, last_names = rng.sample(words("first_names"), count), rng.sample(words("last_names"), count)
    ratings = sorted(rng.sample(range(37, 50), count), reverse=True)
    prices, years = rng.sample(range(16, 75), count), rng.sample(range(1, 26), count)
    start = SUBJECTS.index(subject) * _PER_SUBJECT
    return tuple(
        Tutor(
            number=start + place,
            tutor_id=hide(seed, "tut", start + place),
            name=f"{first_names[place]} {last_names[place]}",
            subject=subject,
            city=rng.choice(sorted(cities())),
            rating=ratings[place] / 10,
            hourly=float(prices[place]),
            years=years[place],
        )
        for place in range(count)
    )


def tutor_by_id(seed: int, tutor_id: str) -> Tutor:
    """The tutor with this id, or a `not_found` error."""
    number = reveal(seed, "tut", tutor_id)
    tutor = None if number is None else _tutor(seed, number)
    if tutor is None:
        raise ToolError("not_found", f"There is no tutor with the id {tutor_id}.")
    return tutor


def free_hours(seed: int, tutor: Tutor, day: date) -> list[datetime]:
    """The hours of a day that a tutor has free, whatever the user has booked."""
    rng = derived_rng(seed, "hours", tutor.tutor_id, day.isoformat())
    hours = [h for h in range(_FIRST_HOUR, _LAST_HOUR) if rng.random() < _FREE_SHARE]
    return [datetime.combine(day, time(hour)) for hour in hours]


def tutor_time_id(seed: int, tutor: Tutor, moment: datetime) -> str:
    """The id of an hour of a tutor."""
    hours = (moment.date() - _FIRST_DAY).days * 24 + moment.hour
    return hide(seed, "hour", (tutor.number << 17) + hours)


def tutor_time_by_id(seed: int, text: str) -> tuple[Tutor, datetime]:
    """The tutor and the hour, or a `not_found` error."""
    value = reveal(seed, "hour", text)
    if value is not None:
        number, hours = divmod(value, 1 << 17)
        tutor = _tutor(seed, number)
        if tutor is not None:
            return tutor, datetime.combine(_FIRST_DAY + timedelta(days=hours // 24), time(hours % 24))
    raise ToolError("not_found", f"There is no free hour with the id {text}.")


def make_learner(world: World, rng: Random) -> LearningState:
    """Four courses under way, two certificates, three decks, two hours with tutors and some notes."""
    state = LearningState()
    subjects = rng.sample(SUBJECTS, 6)
    for subject in subjects[:4]:
        course = rng.choice(courses_on(world.seed, subject))
        count = rng.randint(3, course.lesson_count - 2)
        ago = rng.randint(2, 9) if rng.random() < 0.3 else rng.randint(16, 120)
        state.enrollments.append(
            Enrollment(
                enrollment_id=world.new_id("enr", 6),
                course_id=course.course_id,
                enrolled_on=world.today - timedelta(days=ago),
                card_id=rng.choice(world.cards).card_id,
                price_paid=course.price,
                done=list(range(1, count + 1)),
                last_studied_on=world.today - timedelta(days=rng.randint(0, min(ago, 12))),
            )
        )
        state.notes.append(Note(course.lessons[0].lesson_id, rng.choice(_NOTES)))
    for subject in subjects[4:]:
        course = rng.choice(courses_on(world.seed, subject))
        issued = world.today - timedelta(days=rng.randint(10, 500))
        state.certificates.append(Certificate(world.new_id("cert", 6), course.title, issued, rng.randint(71, 100)))
    for name in rng.sample(_DECKS, 3):
        count = rng.randint(18, 140)
        state.decks.append(Deck(world.new_id("deck", 5), name, count, rng.randint(0, min(count, 30))))
    spoken = rng.sample(LANGUAGES, 2)
    for subject, ahead in zip(spoken, rng.sample(range(2, 16), 2), strict=True):
        tutor = rng.choice(tutors_of(world.seed, subject))
        moment = datetime.combine(world.today + timedelta(days=ahead), time(rng.randint(_FIRST_HOUR, _LAST_HOUR - 1)))
        card = rng.choice(world.cards).card_id
        state.tutor_lessons.append(TutorLesson(world.new_id("tl", 6), tutor.tutor_id, moment, tutor.hourly, card))
    return state


def _tutor(seed: int, number: int) -> Tutor | None:
    subject, place = divmod(number, _PER_SUBJECT)
    if subject >= len(SUBJECTS):
        return None
    every = tutors_of(seed, SUBJECTS[subject])
    return every[place] if place < len(every) else None
