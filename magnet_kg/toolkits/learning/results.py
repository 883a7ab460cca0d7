"""What the functions about certificates, flash cards, tutors, notes and the forum return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True)
class EarnedCertificate:
    """A certificate in short."""

    certificate_id: str
    course_title: str
    issued_on: date
    grade_percent: int


@dataclass(slots=True)
class CertificateList:
    """The certificates that the user has earned, newest first."""

    certificates: list[EarnedCertificate]


@dataclass(slots=True)
class SentCertificate:
    """A certificate that is on its way."""

    certificate_id: str
    course_title: str
    email: str
    sent: bool


@dataclass(slots=True)
class StudyPlan:
    """How a course would be finished with some minutes a day."""

    enrollment_id: str
    course_title: str
    minutes_per_day: int
    duration_minutes: int
    study_days: int
    finish_date: date


@dataclass(slots=True)
class DeckSummary:
    """A deck of flash cards in short."""

    deck_id: str
    deck_name: str
    card_count: int
    cards_due_today: int


@dataclass(slots=True)
class DeckList:
    """The user's decks."""

    decks: list[DeckSummary]


@dataclass(slots=True)
class GrownDeck:
    """A deck with the words of one more lesson."""

    deck_id: str
    deck_name: str
    lesson_title: str
    cards_added: int
    card_count: int


@dataclass(slots=True)
class TutorMatch:
    """A tutor as a search shows them."""

    tutor_id: str
    tutor_name: str
    city: str
    tutor_rating: float
    hourly_price: float
    currency: str
    years_of_teaching: int


@dataclass(slots=True)
class TutorMatches:
    """Tutors of a subject, best rated first."""

    subject: str
    tutors: list[TutorMatch]


@dataclass(slots=True)
class TutorTime:
    """An hour that a tutor has free, in the user's time zone."""

    tutor_time_id: str
    starts_at: datetime
    time_zone: str


@dataclass(slots=True)
class TutorTimes:
    """The free hours of a tutor on a day and, where it is full, on the next ones."""

    tutor_id: str
    tutor_name: str
    subject: str
    hourly_price: float
    currency: str
    tutor_times: list[TutorTime]


@dataclass(slots=True)
class BookedTutorLesson:
    """An hour with a tutor, in the user's time zone."""

    tutor_lesson_id: str
    tutor_id: str
    tutor_name: str
    subject: str
    starts_at: datetime
    time_zone: str
    duration_minutes: int
    lesson_price: float
    currency: str


@dataclass(slots=True)
class TutorLessons:
    """The hours with tutors that come, soonest first."""

    tutor_lessons: list[BookedTutorLesson]


@dataclass(slots=True)
class CancelledTutorLesson:
    """An hour that will not take place."""

    tutor_name: str
    subject: str
    was_booked_for: datetime
    refund_amount: float
    currency: str


@dataclass(slots=True)
class LessonNotes:
    """All notes of the user on a lesson."""

    lesson_id: str
    lesson_title: str
    course_title: str
    lesson_notes: list[str]


@dataclass(slots=True)
class CourseQuestion:
    """A question of a course's forum, with the answer that others found most helpful."""

    course_question_id: str
    question_text: str
    asked_by: str
    asked_on: date
    answer_count: int
    best_answer: str | None


@dataclass(slots=True)
class CourseQuestions:
    """The newest questions of a course's forum."""

    course_id: str
    course_title: str
    course_questions: list[CourseQuestion]


@dataclass(slots=True)
class PostedQuestion:
    """A question that is in the forum now."""

    course_question_id: str
    course_title: str
    question_text: str
    usual_answer_hours: int
