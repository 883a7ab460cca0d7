"""Courses and what goes with them: lessons, quizzes, certificates, flash cards, tutors, notes and a forum."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, derived_rng, found
from magnet_kg.toolkits.learning.courses import (
    LESSONS_PER_QUIZ,
    PASS_MARK,
    REFUND_DAYS,
    Course,
    course_by_id,
    courses_on,
    find_subject,
    lesson_by_id,
    quiz_by_id,
    quiz_id,
    quiz_title,
)
from magnet_kg.toolkits.learning.practice import register
from magnet_kg.toolkits.learning.records import (
    Certificate,
    CompletedLesson,
    CourseDetails,
    CourseLevel,
    CourseMatch,
    CourseMatches,
    CourseProgress,
    Enrolled,
    EnrolledCourse,
    EnrolledCourses,
    Enrollment,
    LearningState,
    LeftCourse,
    LessonList,
    LessonSummary,
    QuizAttempt,
    QuizList,
    QuizResults,
    QuizSummary,
)
from magnet_kg.toolkits.learning.results import (
    StudyPlan,
)
from magnet_kg.toolkits.learning.tutors import make_learner

toolkit = Toolkit("learning", category="learning", description="Courses, tutors and everything the user learns with.")

Price = Annotated[float, Field(gt=0)]
Minutes = Annotated[int, Field(ge=5, le=480)]
_QUESTIONS_PER_QUIZ = 12


@toolkit.state
def make_state(world: World, rng: Random) -> LearningState:
    """Courses under way, certificates, decks of flash cards and hours with tutors."""
    return make_learner(world, rng)


@toolkit.function
def search_courses(
    world: World, subject: str, course_level: CourseLevel | None = None, max_course_price: Price | None = None
) -> CourseMatches:
    """Search online courses on a subject, best rated first, with prices and course ids.

    Args:
        subject: what is to be learned, such as a language or a craft
        course_level: only courses of this level
        max_course_price: only courses that cost no more
    """
    topic = find_subject(subject)
    return CourseMatches(
        topic,
        [
            CourseMatch(
                course_id=c.course_id,
                course_title=c.title,
                teacher_name=c.teacher,
                course_level=c.level,
                course_rating=c.rating,
                course_price=c.price,
                currency=world.person.currency,
                lesson_count=c.lesson_count,
                duration_minutes=c.minutes,
            )
            for c in courses_on(world.seed, topic)
            if course_level in (None, c.level) and (max_course_price is None or c.price <= max_course_price)
        ],
    )


@toolkit.function
def get_course(world: World, course_id: str) -> CourseDetails:
    """Get everything about a course: teacher, level, length, certificate, price and refund.

    Args:
        course_id: id of the course
    """
    c = course_by_id(world.seed, course_id)
    return CourseDetails(
        course_id=c.course_id,
        course_title=c.title,
        subject=c.subject,
        teacher_name=c.teacher,
        course_level=c.level,
        course_rating=c.rating,
        learner_count=c.learners,
        lesson_count=c.lesson_count,
        quiz_count=c.quizzes,
        duration_minutes=c.minutes,
        gives_certificate=c.certificate,
        refund_days=REFUND_DAYS,
        course_price=c.price,
        currency=world.person.currency,
        enrolled=_enrollment_in(world, c) is not None,
    )


@toolkit.function
def list_course_lessons(world: World, course_id: str) -> LessonList:
    """List the lessons of a course in their order, with lesson ids, lengths and which are done.

    Args:
        course_id: id of the course
    """
    course = course_by_id(world.seed, course_id)
    own = _enrollment_in(world, course)
    return LessonList(
        course_id,
        course.title,
        [
            LessonSummary(x.lesson_id, x.number, x.title, x.minutes, None if own is None else x.number in own.done)
            for x in course.lessons
        ],
    )


@toolkit.function
def enroll_in_course(world: World, course_id: str, card_id: str) -> Enrolled:
    """Enroll the user in a course and pay for it with a card.

    Args:
        course_id: id of the course
        card_id: id of the payment card
    """
    course = course_by_id(world.seed, course_id)
    if _enrollment_in(world, course) is not None:
        raise ToolError("already_exists", f"The course {course.title} has been taken already.")
    world.charge(card_id, course.price, f"{course.title} course", "education")
    made = Enrollment(world.new_id("enr", 6), course_id, world.today, card_id, course.price)
    world.of(LearningState).enrollments.append(made)
    return Enrolled(
        enrollment_id=made.enrollment_id,
        course_id=course_id,
        course_title=course.title,
        price_paid=course.price,
        currency=world.person.currency,
        refundable_until=world.today + timedelta(days=REFUND_DAYS),
        first_lesson_title=course.lessons[0].title,
    )


@toolkit.function
def list_enrolled_courses(world: World) -> EnrolledCourses:
    """List the courses that the user is enrolled in with their enrollment ids, the furthest along first."""
    every = []
    for e in world.of(LearningState).enrollments:
        course = course_by_id(world.seed, e.course_id)
        percent = _percent(e, course)
        every.append(
            EnrolledCourse(e.enrollment_id, e.course_id, course.title, course.subject, percent, e.last_studied_on)
        )
    return EnrolledCourses(sorted(every, key=lambda e: (-e.progress_percent, e.enrollment_id)))


@toolkit.function
def get_course_progress(world: World, enrollment_id: str) -> CourseProgress:
    """Get how far the user is in one of their courses, and which lesson comes next.

    Args:
        enrollment_id: id of the enrollment
    """
    e, course = _enrollment(world, enrollment_id)
    left = [x for x in course.lessons if x.number not in e.done]
    return CourseProgress(
        enrollment_id=enrollment_id,
        course_title=course.title,
        lessons_done=len(e.done),
        lesson_count=course.lesson_count,
        progress_percent=_percent(e, course),
        minutes_left=sum(x.minutes for x in left),
        open_lesson_id=left[0].lesson_id if left else None,
        next_lesson_title=left[0].title if left else None,
        last_studied_on=e.last_studied_on,
    )


@toolkit.function
def complete_lesson(world: World, open_lesson_id: str) -> CompletedLesson:
    """Mark a lesson of one of the user's courses as done; after the last one there is a certificate.

    Args:
        open_lesson_id: id of a lesson that is not done yet
    """
    course, lesson = lesson_by_id(world.seed, open_lesson_id)
    e = _enrollment_in(world, course)
    if e is None:
        raise ToolError("not_enrolled", f"The course {course.title} has not been taken.")
    if lesson.number in e.done:
        raise ToolError("already_completed", f"The lesson “{lesson.title}” is done already.")
    e.done.append(lesson.number)
    e.last_studied_on = world.today
    left, certificate = course.lesson_count - len(e.done), None
    if left == 0 and course.certificate:
        grade = derived_rng(world.seed, "grade", e.enrollment_id).randint(PASS_MARK, 100)
        certificate = Certificate(world.new_id("cert", 6), course.title, world.today, grade)
        world.of(LearningState).certificates.append(certificate)
    return CompletedLesson(
        lesson_id=open_lesson_id,
        lesson_title=lesson.title,
        course_title=course.title,
        progress_percent=_percent(e, course),
        lessons_left=left,
        certificate_id=None if certificate is None else certificate.certificate_id,
    )


@toolkit.function
def leave_course(world: World, enrollment_id: str) -> LeftCourse:
    """Leave a course; in the first 14 days the price goes back to the card.

    Args:
        enrollment_id: id of the enrollment
    """
    e, course = _enrollment(world, enrollment_id)
    refund = 0.0
    if e.card_id is not None and (world.today - e.enrolled_on).days <= REFUND_DAYS:
        refund = e.price_paid
        world.refund(e.card_id, refund, f"{course.title} course", "education")
    world.of(LearningState).enrollments.remove(e)
    return LeftCourse(course.title, refund, world.person.currency, e.enrolled_on)


@toolkit.function
def list_course_quizzes(world: World, enrollment_id: str) -> QuizList:
    """List the quizzes of one of the user's courses: those taken with quiz ids and best scores, and those to take.

    Args:
        enrollment_id: id of the enrollment
    """
    e, course = _enrollment(world, enrollment_id)
    done: list[QuizSummary] = []
    left: list[str] = []
    for number in range(course.quizzes):
        taken, title = _attempts(world, e, course, number), quiz_title(course, number)
        if taken:
            best = max(a.score_percent for a in taken)
            done.append(QuizSummary(quiz_id(world.seed, course, number), title, _QUESTIONS_PER_QUIZ, best))
        else:
            left.append(title)
    return QuizList(enrollment_id, course.title, done, left)


@toolkit.function
def get_quiz_results(world: World, quiz_id: str) -> QuizResults:
    """Get how the user did in a quiz, attempt by attempt, the latest first.

    Args:
        quiz_id: id of the quiz
    """
    course, number = quiz_by_id(world.seed, quiz_id)
    e = _enrollment_in(world, course)
    if e is None:
        raise ToolError("not_enrolled", f"The course {course.title} has not been taken.")
    taken = _attempts(world, e, course, number)
    title = quiz_title(course, number)
    if not taken:
        raise ToolError("not_available", f"The {title} has not been taken yet.")
    return QuizResults(
        quiz_id=quiz_id,
        quiz_title=title,
        course_title=course.title,
        question_count=_QUESTIONS_PER_QUIZ,
        pass_mark_percent=PASS_MARK,
        passed=any(a.score_percent >= PASS_MARK for a in taken),
        attempts=taken,
    )


@toolkit.function
def set_study_plan(world: World, enrollment_id: str, minutes_per_day: Minutes) -> StudyPlan:
    """Plan to study so many minutes each day for a course, and get the day on which it would be finished.

    Args:
        enrollment_id: id of the enrollment
        minutes_per_day: minutes of study on each day
    """
    e, course = _enrollment(world, enrollment_id)
    left = sum(x.minutes for x in course.lessons if x.number not in e.done)
    if left == 0:
        raise ToolError("closed", f"There is nothing left to study in {course.title}.")
    if e.minutes_per_day == minutes_per_day:
        raise ToolError("already_exists", f"The plan for {course.title} is {minutes_per_day} minutes a day already.")
    e.minutes_per_day = minutes_per_day
    days = -(-left // minutes_per_day)
    finish = world.today + timedelta(days=days - 1)
    return StudyPlan(enrollment_id, course.title, minutes_per_day, left, days, finish)


def _enrollment(world: World, enrollment_id: str) -> tuple[Enrollment, Course]:
    e = found(world.of(LearningState).enrollments, "enrollment_id", enrollment_id, "enrollment")
    return e, course_by_id(world.seed, e.course_id)


def _enrollment_in(world: World, course: Course) -> Enrollment | None:
    every = world.of(LearningState).enrollments
    return next((e for e in every if e.course_id == course.course_id), None)


def _percent(e: Enrollment, course: Course) -> int:
    return 100 * len(e.done) // course.lesson_count


def _attempts(world: World, e: Enrollment, course: Course, number: int) -> list[QuizAttempt]:
    """The attempts at a quiz: it is taken once its lessons are done, and again where that went badly."""
    needed = range(number * LESSONS_PER_QUIZ + 1, (number + 1) * LESSONS_PER_QUIZ + 1)
    if not set(needed) <= set(e.done) or e.last_studied_on is None:
        return []
    rng = derived_rng(world.seed, "attempts", e.enrollment_id, str(number))
    right = [rng.randint(5, 12)]
    if right[0] < 9:
        right.append(rng.randint(9, 12))
    day, made = e.last_studied_on, []
    for correct in reversed(right):
        made.append(QuizAttempt(day, correct, round(100 * correct / _QUESTIONS_PER_QUIZ), rng.randint(4, 18)))
        day = max(day - timedelta(days=rng.randint(0, 2)), e.enrolled_on)
    return made


register(toolkit)
