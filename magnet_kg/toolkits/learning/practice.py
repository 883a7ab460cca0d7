"""What goes with courses: certificates, flash cards, tutors, notes and the forum."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, derived_rng, found, words
from magnet_kg.toolkits.learning.courses import course_by_id, find_subject, lesson_by_id
from magnet_kg.toolkits.learning.records import AskedQuestion, LearningState, Note, TutorLesson
from magnet_kg.toolkits.learning.results import (
    BookedTutorLesson,
    CancelledTutorLesson,
    CertificateList,
    CourseQuestion,
    CourseQuestions,
    DeckList,
    DeckSummary,
    EarnedCertificate,
    GrownDeck,
    LessonNotes,
    PostedQuestion,
    SentCertificate,
    TutorLessons,
    TutorMatch,
    TutorMatches,
    TutorTime,
    TutorTimes,
)
from magnet_kg.toolkits.learning.tutors import (
    LESSON_MINUTES,
    free_hours,
    tutor_by_id,
    tutor_time_by_id,
    tutor_time_id,
    tutors_of,
)

Price = Annotated[float, Field(gt=0)]
_FORUM = (
    ("How long did this course take you in all?", "About twice as long as planned, and it was worth it."),
    ("Is there a summary to print?", "Yes, at the end of each lesson."),
    ("Does anybody want to practice together?", "Gladly, there is a group for that."),
    ("Which lesson was the hardest?", "The one in the middle; after that it gets easier."),
    ("Do I need the book as well?", "No, everything is in the lessons."),
    ("Can I skip the first lessons?", "Do the quiz first; if it goes well, yes."),
    ("Is it normal to forget so much?", "Completely. Repeat a little every day."),
    ("How much should one practice in a week?", "A little each day beats one long evening."),
    ("Are there more exercises somewhere?", "At the bottom of every lesson page."),
    ("Does the certificate count for anything?", "My employer accepted it."),
)


def register(toolkit: Toolkit) -> None:
    """Add these functions to the toolkit, in this order."""
    for code in (
        list_certificates,
        send_certificate,
        list_flashcard_decks,
        add_lesson_to_deck,
        search_tutors,
        find_tutor_times,
        book_tutor_lesson,
        list_tutor_lessons,
        cancel_tutor_lesson,
        write_lesson_note,
        list_course_questions,
        ask_course_question,
    ):
        toolkit.function(code)


def list_certificates(world: World) -> CertificateList:
    """List the certificates of finished courses with their certificate ids, newest first."""
    every = world.of(LearningState).certificates
    newest = sorted(every, key=lambda c: (c.issued_on, c.certificate_id), reverse=True)
    return CertificateList(
        [EarnedCertificate(c.certificate_id, c.course_title, c.issued_on, c.grade_percent) for c in newest]
    )


def send_certificate(world: World, certificate_id: str, email: str) -> SentCertificate:
    """Send a certificate to somebody by e-mail.

    Args:
        certificate_id: id of the certificate
        email: e-mail address that it goes to
    """
    one = found(world.of(LearningState).certificates, "certificate_id", certificate_id, "certificate")
    if "@" not in email:
        raise ToolError("invalid_argument", f"{email} is no e-mail address.")
    if email in one.sent_to:
        raise ToolError("already_exists", f"The certificate has been sent to {email} before.")
    one.sent_to.append(email)
    return SentCertificate(certificate_id, one.course_title, email, True)


def list_flashcard_decks(world: World) -> DeckList:
    """List the user's decks of flash cards with deck ids and how many cards are due today."""
    every = world.of(LearningState).decks
    return DeckList([DeckSummary(d.deck_id, d.deck_name, d.card_count, d.cards_due_today) for d in every])


def add_lesson_to_deck(world: World, deck_id: str, lesson_id: str) -> GrownDeck:
    """Put what a lesson teaches on flash cards in one of the user's decks.

    Args:
        deck_id: id of the deck
        lesson_id: id of the lesson
    """
    deck = found(world.of(LearningState).decks, "deck_id", deck_id, "deck")
    _, lesson = lesson_by_id(world.seed, lesson_id)
    if lesson_id in deck.lessons:
        raise ToolError("already_exists", f"The lesson “{lesson.title}” is in the deck {deck.deck_name} already.")
    count = derived_rng(world.seed, "cards", lesson_id).randint(6, 18)
    deck.lessons.append(lesson_id)
    deck.card_count += count
    deck.cards_due_today += count
    return GrownDeck(deck_id, deck.deck_name, lesson.title, count, deck.card_count)


def search_tutors(world: World, subject: str, max_hourly_price: Price | None = None) -> TutorMatches:
    """Search tutors who teach a subject online, best rated first, with hourly prices and tutor ids.

    Args:
        subject: what they teach, such as a language or a craft
        max_hourly_price: only tutors who ask for no more than this for an hour
    """
    topic = find_subject(subject)
    return TutorMatches(
        topic,
        [
            TutorMatch(t.tutor_id, t.name, t.city, t.rating, t.hourly, world.person.currency, t.years)
            for t in tutors_of(world.seed, topic)
            if max_hourly_price is None or t.hourly <= max_hourly_price
        ],
    )


def find_tutor_times(world: World, tutor_id: str, day: date) -> TutorTimes:
    """Find the free hours of a tutor on a day, in the user's time zone; on the next free day where it is full.

    Args:
        tutor_id: id of the tutor
        day: the day of the lesson
    """
    tutor = tutor_by_id(world.seed, tutor_id)
    if day < world.today:
        raise ToolError("invalid_date", f"{day.isoformat()} is in the past.")
    if (day - world.today).days > 180:
        raise ToolError("invalid_date", f"Tutors plan half a year ahead, {day.isoformat()} is later.")
    taken = {x.starts_at for x in world.of(LearningState).tutor_lessons if not x.cancelled}
    free = []
    for ahead in range(7):
        hours = free_hours(world.seed, tutor, day + timedelta(days=ahead))
        free = [h for h in hours if h > world.now and h not in taken]
        if free:
            break
    return TutorTimes(
        tutor_id=tutor_id,
        tutor_name=tutor.name,
        subject=tutor.subject,
        hourly_price=tutor.hourly,
        currency=world.person.currency,
        tutor_times=[TutorTime(tutor_time_id(world.seed, tutor, h), h, world.person.time_zone) for h in free],
    )


def book_tutor_lesson(world: World, tutor_time_id: str, card_id: str) -> BookedTutorLesson:
    """Book a free hour of a tutor and pay for it with a card.

    Args:
        tutor_time_id: id of the free hour
        card_id: id of the payment card
    """
    tutor, moment = tutor_time_by_id(world.seed, tutor_time_id)
    state = world.of(LearningState)
    if any(x.starts_at == moment and not x.cancelled for x in state.tutor_lessons):
        raise ToolError("conflict", "There already is a lesson with a tutor at that hour.")
    if moment <= world.now or moment not in free_hours(world.seed, tutor, moment.date()):
        raise ToolError("not_available", f"{tutor.name} has no time at that hour.")
    world.charge(card_id, tutor.hourly, f"Lesson with {tutor.name}", "education")
    made = TutorLesson(world.new_id("tl", 6), tutor.tutor_id, moment, tutor.hourly, card_id)
    state.tutor_lessons.append(made)
    return _booked(world, made)


def list_tutor_lessons(world: World) -> TutorLessons:
    """List the coming lessons with tutors, soonest first, with their ids and prices."""
    every = world.of(LearningState).tutor_lessons
    kept = [x for x in every if not x.cancelled and x.starts_at > world.now]
    return TutorLessons([_booked(world, x) for x in sorted(kept, key=lambda x: (x.starts_at, x.tutor_lesson_id))])


def cancel_tutor_lesson(world: World, tutor_lesson_id: str) -> CancelledTutorLesson:
    """Cancel a lesson with a tutor; a day or more ahead, the price goes back to the card.

    Args:
        tutor_lesson_id: id of the tutor lesson
    """
    x = found(world.of(LearningState).tutor_lessons, "tutor_lesson_id", tutor_lesson_id, "lesson with a tutor")
    tutor = tutor_by_id(world.seed, x.tutor_id)
    if x.cancelled:
        raise ToolError("already_cancelled", f"The lesson with {tutor.name} has been cancelled before.")
    if x.starts_at <= world.now:
        raise ToolError("closed", f"The lesson with {tutor.name} is over.")
    refund = x.price_paid if x.starts_at - world.now >= timedelta(days=1) else 0.0
    if refund:
        world.refund(x.card_id, refund, f"Lesson with {tutor.name}", "education")
    x.cancelled = True
    return CancelledTutorLesson(tutor.name, tutor.subject, x.starts_at, refund, world.person.currency)


def write_lesson_note(world: World, lesson_id: str, note_text: str) -> LessonNotes:
    """Write a note on a lesson.

    Args:
        lesson_id: id of the lesson
        note_text: what the note says
    """
    course, lesson = lesson_by_id(world.seed, lesson_id)
    notes = world.of(LearningState).notes
    if any((n.lesson_id, n.note_text) == (lesson_id, note_text) for n in notes):
        raise ToolError("already_exists", f"The lesson “{lesson.title}” has this note already.")
    notes.append(Note(lesson_id, note_text))
    own = [n.note_text for n in notes if n.lesson_id == lesson_id]
    return LessonNotes(lesson_id, lesson.title, course.title, own)


def list_course_questions(world: World, course_id: str) -> CourseQuestions:
    """List what others have asked in the forum of a course, newest first, with the best answers.

    Args:
        course_id: id of the course
    """
    course = course_by_id(world.seed, course_id)
    rng = derived_rng(world.seed, "forum", course_id)
    own = [q for q in world.of(LearningState).questions if q.course_id == course_id]
    made = [
        CourseQuestion(q.course_question_id, q.question_text, world.person.full_name, q.asked_on, 0, None)
        for q in reversed(own)
    ]
    ago = 0
    for number, (question, answer) in enumerate(rng.sample(_FORUM, 4)):
        ago += rng.randint(1, 9)
        count = rng.choice([0, 1, 2, 3, 5, 8])
        asked = world.today - timedelta(days=ago)
        name = rng.choice(words("first_names"))
        best = answer if count else None
        made.append(CourseQuestion(f"{course_id}-{number + 1}", question, name, asked, count, best))
    return CourseQuestions(course_id, course.title, made)


def ask_course_question(world: World, course_id: str, question_text: str) -> PostedQuestion:
    """Ask a question in the forum of a course, where the teacher and others answer.

    Args:
        course_id: id of the course
        question_text: the question
    """
    course = course_by_id(world.seed, course_id)
    state = world.of(LearningState)
    if any((q.course_id, q.question_text) == (course_id, question_text) for q in state.questions):
        raise ToolError("already_exists", f"This has been asked in {course.title} before.")
    made = AskedQuestion(world.new_id("cq", 6), course_id, question_text, world.today)
    state.questions.append(made)
    hours = derived_rng(world.seed, "patience", course_id).choice([2, 4, 6, 12, 24])
    return PostedQuestion(made.course_question_id, course.title, question_text, hours)


def _booked(world: World, x: TutorLesson) -> BookedTutorLesson:
    tutor = tutor_by_id(world.seed, x.tutor_id)
    return BookedTutorLesson(
        tutor_lesson_id=x.tutor_lesson_id,
        tutor_id=x.tutor_id,
        tutor_name=tutor.name,
        subject=tutor.subject,
        starts_at=x.starts_at,
        time_zone=world.person.time_zone,
        duration_minutes=LESSON_MINUTES,
        lesson_price=x.price_paid,
        currency=world.person.currency,
    )
