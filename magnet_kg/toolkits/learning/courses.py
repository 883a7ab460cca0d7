"""The courses: subjects, titles, lessons and quizzes, computed from the world's seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import derived_rng, words
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.learning.records import CourseLevel

LANGUAGES = (
    "Spanish", "French", "Italian", "German", "Portuguese", "Japanese", "Korean", "Mandarin", "Arabic", "Greek",
    "Swedish", "Dutch", "Polish", "Turkish", "Hindi", "sign language",
)  # fmt: skip
SUBJECTS = (
    *LANGUAGES, "photography", "watercolor painting", "drawing", "creative writing", "public speaking", "guitar",
    "piano", "singing", "music theory", "baking", "bookkeeping", "personal finance", "project management",
    "negotiation", "spreadsheets", "web design", "programming", "data analysis", "video editing", "animation",
    "interior design", "gardening", "woodworking", "knitting", "sewing", "calligraphy", "chess", "astronomy",
    "art history", "philosophy", "psychology", "first aid", "pottery", "bird watching",
)  # fmt: skip
_TITLES: dict[CourseLevel, tuple[str, ...]] = {
    "beginner": (
        "{} from Scratch", "First Steps in {}", "{} for Busy People", "The Joy of {}", "{} in Small Bites",
        "A Gentle Start in {}",
    ),
    "intermediate": (
        "Everyday {}", "Practical {}", "{} with Confidence", "{}, the Second Step", "Hands-On {}", "A Year of {}",
    ),
    "advanced": ("{} in Depth", "The Finer Points of {}", "{} Masterclass", "Advanced {} Workshop", "Beyond Basic {}"),
}  # fmt: skip
_TALK = (
    "Greetings and small talk", "Numbers and prices", "Asking the way", "At the market", "Family and friends",
    "Food and drink", "Talking about the weather", "On the telephone", "Making plans", "Describing people",
    "At the doctor's", "Travel by train", "Hobbies and sports", "Telling a story", "Giving an opinion",
    "Colors and clothes", "Around the house", "Questions and answers", "Polite requests", "Writing a letter",
    "In the restaurant", "Talking about work", "Feelings", "Holidays and customs",
)  # fmt: skip
_CRAFT = (
    "Getting set up", "Tools and materials", "A first exercise", "Common mistakes", "The basic technique",
    "A small project", "Details that matter", "Working faster", "Finding a style", "Asking for feedback",
    "Planning ahead", "Tricks of the trade", "Learning from others", "Practice routines", "Repairing what went wrong",
    "Putting it together", "A look at the history", "Choosing the right level", "The big project", "Reviewing the work",
    "Warm-up exercises", "Keeping at it", "Sharing the results", "Where to go from here",
)  # fmt: skip
PASS_MARK = 70
REFUND_DAYS = 14
LESSONS_PER_QUIZ = 4
_PER_SUBJECT = 8
_MOST_LESSONS = 32


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson of a course. `place` is that among all lessons of the world with this seed."""

    seed: int
    place: int
    number: int
    title: str
    minutes: int

    @property
    def lesson_id(self) -> str:
        """Computed when it is asked for: a world has hundreds of lessons that nobody looks at."""
        return hide(self.seed, "les", self.place)


@dataclass(frozen=True, slots=True)
class Course:
    """A course. `number` is its place among all courses of the world with this seed."""

    seed: int
    number: int
    course_id: str
    title: str
    subject: str
    teacher: str
    level: CourseLevel
    rating: float
    learners: int
    price: float
    certificate: bool
    lesson_count: int

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """Made when somebody looks at them."""
        titles = _TALK if self.subject in LANGUAGES else _CRAFT
        return _lessons(self.seed, self.number, self.lesson_count, titles)

    @property
    def minutes(self) -> int:
        """All lessons together."""
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def quizzes(self) -> int:
        """How many quizzes there are."""
        return self.lesson_count // LESSONS_PER_QUIZ


def find_subject(text: str) -> str:
    """The subject that somebody means, or a `not_found` error."""
    for subject in SUBJECTS:
        if subject.casefold() == text.casefold().strip():
            return subject
    raise ToolError("not_found", f"There is nothing on {text} in the catalog.")


@lru_cache(maxsize=256)
def courses_on(seed: int, subject: str) -> tuple[Course, ...]:
    """The courses on a subject, best rated first; no two have the same title, rating, price or number of lessons."""
    rng = derived_rng(seed, "courses", subject)
    count = rng.randint(4, 7)
    levels: list[CourseLevel] = ["beginner", "beginner", "intermediate", "advanced"]
    levels += rng.choices(["beginner", "intermediate", "intermediate", "advanced"], k=count - 4)
    rng.shuffle(levels)
    titles = {level: rng.sample(_TITLES[level], len(_TITLES[level])) for level in _TITLES}
    ratings = sorted(rng.sample(range(36, 50), count), reverse=True)
    prices, lengths = rng.sample(range(19, 180, 3), count), rng.sample(range(8, 25), count)
    start = SUBJECTS.index(subject) * _PER_SUBJECT
    made = []
    for place in range(count):
        number = start + place
        made.append(
            Course(
                seed=seed,
                number=number,
                course_id=hide(seed, "crs", number),
                title=titles[levels[place]].pop().format(_titled(subject)),
                subject=subject,
                teacher=f"{rng.choice(words('first_names'))} {rng.choice(words('last_names'))}",
                level=levels[place],
                rating=ratings[place] / 10,
                learners=rng.randint(80, 24000),
                price=prices[place] + 0.99 * (rng.random() < 0.6),
                certificate=rng.random() < 0.8,
                lesson_count=lengths[place],
            )
        )
    return tuple(made)


def course_by_id(seed: int, course_id: str) -> Course:
    """The course with this id, or a `not_found` error."""
    number = reveal(seed, "crs", course_id)
    course = None if number is None else _course(seed, number)
    if course is None:
        raise ToolError("not_found", f"There is no course with the id {course_id}.")
    return course


def lesson_by_id(seed: int, lesson_id: str) -> tuple[Course, Lesson]:
    """The lesson with this id and its course, or a `not_found` error."""
    value = reveal(seed, "les", lesson_id)
    if value is not None:
        number, place = divmod(value, _MOST_LESSONS)
        course = _course(seed, number)
        if course is not None and place < len(course.lessons):
            return course, course.lessons[place]
    raise ToolError("not_found", f"There is no lesson with the id {lesson_id}.")


def quiz_id(seed: int, course: Course, quiz: int) -> str:
    """The id of a quiz; the first has the number 0."""
    return hide(seed, "quiz", course.number * _MOST_LESSONS + quiz)


def quiz_by_id(seed: int, text: str) -> tuple[Course, int]:
    """The course and the number of a quiz, or a `not_found` error."""
    value = reveal(seed, "quiz", text)
    if value is not None:
        number, quiz = divmod(value, _MOST_LESSONS)
        course = _course(seed, number)
        if course is not None and quiz < course.quizzes:
            return course, quiz
    raise ToolError("not_found", f"There is no quiz with the id {text}.")


def quiz_title(course: Course, quiz: int) -> str:
    """A quiz is called after the last of its lessons: "quiz on food and drink"."""
    title = course.lessons[(quiz + 1) * LESSONS_PER_QUIZ - 1].title
    return f"quiz on {title[0].lower()}{title[1:]}"


def _titled(subject: str) -> str:
    return " ".join(word[0].upper() + word[1:] for word in subject.split())


@lru_cache(maxsize=1024)
def _lessons(seed: int, number: int, count: int, titles: tuple[str, ...]) -> tuple[Lesson, ...]:
    rng = derived_rng(seed, "lessons", str(number))
    return tuple(
        Lesson(seed, number * _MOST_LESSONS + place, place + 1, title, rng.randint(8, 40))
        for place, title in enumerate(rng.sample(titles, count))
    )


def _course(seed: int, number: int) -> Course | None:
    subject, place = divmod(number, _PER_SUBJECT)
    if subject >= len(SUBJECTS):
        return None
    every = courses_on(seed, SUBJECTS[subject])
    return every[place] if place < len(every) else None
