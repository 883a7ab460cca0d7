"""What the learning functions return, and what the world keeps of somebody who learns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

CourseLevel = Literal["beginner", "intermediate", "advanced"]


@dataclass(slots=True)
class Enrollment:
    """A course that the user is in; `done` are the numbers of the lessons that they have finished."""

    enrollment_id: str
    course_id: str
    enrolled_on: date
    card_id: str | None
    price_paid: float
    done: list[int] = field(default_factory=list)
    last_studied_on: date | None = None
    minutes_per_day: int | None = None


@dataclass(slots=True)
class Certificate:
    """Proof that a course has been finished."""

    certificate_id: str
    course_title: str
    issued_on: date
    grade_percent: int
    sent_to: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Deck:
    """A stack of flash cards; `lessons` are the ids of those whose words were put in."""

    deck_id: str
    deck_name: str
    card_count: int
    cards_due_today: int
    lessons: list[str] = field(default_factory=list)


@dataclass(slots=True)
class TutorLesson:
    """An hour with a tutor that has been paid."""

    tutor_lesson_id: str
    tutor_id: str
    starts_at: datetime
    price_paid: float
    card_id: str
    cancelled: bool = False


@dataclass(slots=True)
class Note:
    """A note of the user on a lesson."""

    lesson_id: str
    note_text: str


@dataclass(slots=True)
class AskedQuestion:
    """A question that the user has put to a course's forum."""

    course_question_id: str
    course_id: str
    question_text: str
    asked_on: date


@dataclass(slots=True)
class LearningState:
    """Everything that belongs to the user alone."""

    enrollments: list[Enrollment] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    decks: list[Deck] = field(default_factory=list)
    tutor_lessons: list[TutorLesson] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    questions: list[AskedQuestion] = field(default_factory=list)


@dataclass(slots=True)
class CourseMatch:
    """A course as a search shows it."""

    course_id: str
    course_title: str
    teacher_name: str
    course_level: CourseLevel
    course_rating: float
    course_price: float
    currency: str
    lesson_count: int
    duration_minutes: int


@dataclass(slots=True)
class CourseMatches:
    """Courses on a subject, best rated first."""

    subject: str
    courses: list[CourseMatch]


@dataclass(slots=True)
class CourseDetails:
    """Everything about one course."""

    course_id: str
    course_title: str
    subject: str
    teacher_name: str
    course_level: CourseLevel
    course_rating: float
    learner_count: int
    lesson_count: int
    quiz_count: int
    duration_minutes: int
    gives_certificate: bool
    refund_days: int
    course_price: float
    currency: str
    enrolled: bool


@dataclass(slots=True)
class LessonSummary:
    """A lesson in the order of its course; `completed` is None for somebody who is not in the course."""

    lesson_id: str
    lesson_number: int
    lesson_title: str
    duration_minutes: int
    completed: bool | None


@dataclass(slots=True)
class LessonList:
    """The lessons of a course."""

    course_id: str
    course_title: str
    lessons: list[LessonSummary]


@dataclass(slots=True)
class Enrolled:
    """A course that has just been paid."""

    enrollment_id: str
    course_id: str
    course_title: str
    price_paid: float
    currency: str
    refundable_until: date
    first_lesson_title: str


@dataclass(slots=True)
class EnrolledCourse:
    """A course of the user in short."""

    enrollment_id: str
    course_id: str
    course_title: str
    subject: str
    progress_percent: int
    last_studied_on: date | None


@dataclass(slots=True)
class EnrolledCourses:
    """The user's courses, the furthest first."""

    enrolled_courses: list[EnrolledCourse]


@dataclass(slots=True)
class CourseProgress:
    """How far the user is; the next lesson is None where none is left."""

    enrollment_id: str
    course_title: str
    lessons_done: int
    lesson_count: int
    progress_percent: int
    minutes_left: int
    open_lesson_id: str | None
    next_lesson_title: str | None
    last_studied_on: date | None


@dataclass(slots=True)
class CompletedLesson:
    """A lesson that is done, and how far the course has come with it."""

    lesson_id: str
    lesson_title: str
    course_title: str
    progress_percent: int
    lessons_left: int
    certificate_id: str | None


@dataclass(slots=True)
class LeftCourse:
    """A course that the user has left; nothing is refunded when it is too late for that."""

    course_title: str
    refund_amount: float
    currency: str
    enrolled_on: date


@dataclass(slots=True)
class QuizSummary:
    """A quiz that has been taken."""

    quiz_id: str
    quiz_title: str
    question_count: int
    best_score_percent: int


@dataclass(slots=True)
class QuizList:
    """The quizzes of a course, in the order of its lessons; of those to take there are only the titles."""

    enrollment_id: str
    course_title: str
    taken_quizzes: list[QuizSummary]
    quizzes_to_take: list[str]


@dataclass(slots=True)
class QuizAttempt:
    """One time that a quiz was taken."""

    taken_on: date
    correct_answers: int
    score_percent: int
    duration_minutes: int


@dataclass(slots=True)
class QuizResults:
    """How a quiz went, the latest attempt first."""

    quiz_id: str
    quiz_title: str
    course_title: str
    question_count: int
    pass_mark_percent: int
    passed: bool
    attempts: list[QuizAttempt]
