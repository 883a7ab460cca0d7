"""The next three weeks of a calendar, as a world begins with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from magnet_kg.execution.world import Contact, World, cities
from magnet_kg.toolkits.calendar.records import CalendarState, Event


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of event.

    Args:
        title: a noun phrase that reads well after "the"; `{name}` is what the user calls a guest, `{city}` a city.
        hours: the hours of the day at which it may begin.
        minutes: how long it takes.
        places: where it may be.
        guests: how many contacts are invited.
        workdays: whether it is only on workdays.
    """

    title: str
    hours: tuple[int, ...]
    minutes: int
    places: tuple[str, ...] = ()
    guests: int = 0
    workdays: bool = False


MEETING_ROOMS = ("Room 4B", "the large meeting room", "the Birch room", "the main office")
RESTAURANTS = ("Trattoria Nerina", "Saffron Corner", "the Copper Kettle", "Casa Lucero", "Noodle Lantern")
CAFES = ("Bluebird Coffee", "the Blue Door Café", "the Corner Roastery")

OWN = (
    Kind("dentist appointment", (8, 9, 14, 16), 45, ("Brightsmile Dental",)),
    Kind("eye exam", (10, 11, 15), 30, ("Northside Optics",)),
    Kind("haircut", (10, 13, 17), 45, ("Shear Delight",)),
    Kind("car inspection", (8, 9, 15), 60, ("Fourth Street Garage",)),
    Kind("physical therapy session", (8, 12, 17), 60, ("Riverbend Physio",)),
    Kind("vet appointment", (9, 16, 17), 30, ("Willow Animal Clinic",)),
    Kind("yoga class", (7, 18, 19), 60, ("Lotus Studio",)),
    Kind("swim practice", (7, 19), 60, ("the city pool",)),
    Kind("piano lesson", (16, 17, 18), 45, ("Alder Street Music School",)),
    Kind("pottery class", (18, 19), 120, ("the Kiln House",)),
    Kind("Spanish class", (18, 19), 90, ("the community center",)),
    Kind("blood donation", (9, 11), 60, ("the Red Oak clinic",)),
    Kind("apartment viewing", (12, 17), 30, ("84 Garnet Street",)),
    Kind("plumber visit", (8, 13), 90, ("home",)),
)
WORK = (
    Kind("budget meeting", (10, 13, 15), 60, MEETING_ROOMS, 2, True),
    Kind("project review", (9, 11, 14), 90, MEETING_ROOMS, 2, True),
    Kind("design workshop", (10, 13), 120, MEETING_ROOMS, 3, True),
    Kind("planning session", (9, 14), 60, MEETING_ROOMS, 3, True),
    Kind("client call", (10, 11, 16), 45, (), 1, True),
    Kind("performance review", (11, 15), 60, MEETING_ROOMS, 1, True),
    Kind("job interview", (10, 14), 60, ("the main office",), 1, True),
    Kind("product demo", (11, 15), 45, MEETING_ROOMS, 2, True),
)
SOCIAL = (
    Kind("coffee with {name}", (9, 10, 15), 60, CAFES, 1),
    Kind("lunch with {name}", (12,), 60, RESTAURANTS, 1),
    Kind("dinner with {name}", (18, 19), 120, RESTAURANTS, 1),
    Kind("brunch with {name}", (10, 11), 90, CAFES, 1),
    Kind("call with {name}", (11, 16, 20), 30, (), 1),
    Kind("movie night with {name}", (19, 20), 150, ("Orpheum Cinema",), 1),
    Kind("tennis match with {name}", (8, 17), 90, ("the park courts",), 1),
    Kind("hike with {name}", (8, 9), 180, ("the ridge trail",), 1),
    Kind("book club meeting", (19,), 120, ("the public library",), 3),
    Kind("board game night", (18, 19), 180, ("home",), 3),
    Kind("neighborhood barbecue", (13, 16), 180, ("Elm Park",), 2),
)
AWAY = (
    Kind("conference in {city}", (9,), 480, ("the convention center",), 1, True),
    Kind("client visit in {city}", (9, 10), 240, (), 1, True),
    Kind("family reunion in {city}", (11, 12), 360, (), 0),
    Kind("concert in {city}", (19, 20), 150, ("the Lyric Hall",), 1),
)


def make_agenda(world: World, rng: Random) -> CalendarState:
    """A dozen events of the next 21 days that do not overlap, each with a title of its own.

    Args:
        world: whose contacts are invited.
        rng: the toolkit's own generator.
    """
    state = CalendarState()
    kinds = [*rng.sample(OWN, 4), *rng.sample(WORK, 3), *rng.sample(SOCIAL, 4), rng.choice(AWAY)]
    rng.shuffle(kinds)
    for kind in kinds:
        guests = rng.sample(_company(kind, world), kind.guests)
        home = world.person.home_city
        city = rng.choice([name for name in sorted(cities()) if name != home]) if kind in AWAY else home
        start, end = _free_moment(kind, state.events, world.now, rng)
        title = kind.title.format(name=guests[0].called if guests else "", city=city)
        place = rng.choice(kind.places) if kind.places else None
        event = Event(world.new_id("evt", 6), title, start, end, place, city, [c.contact_id for c in guests])
        state.events.append(event)
    return state


def _company(kind: Kind, world: World) -> list[Contact]:
    """Who may be invited: to work, those whom the user does not only know from home."""
    away = [c for c in world.contacts if c.relation in ("colleague", "friend", "teammate", "neighbor")]
    return away if kind.workdays and len(away) >= kind.guests else world.contacts


def _free_moment(kind: Kind, events: list[Event], now: datetime, rng: Random) -> tuple[datetime, datetime]:
    while True:
        day = now.date() + timedelta(days=rng.randrange(1, 22))
        if kind.workdays and day.weekday() > 4:
            continue
        start = datetime.combine(day, time(rng.choice(kind.hours), rng.choice([0, 0, 0, 30])))
        end = start + timedelta(minutes=kind.minutes)
        if all(end <= other.starts_at or start >= other.ends_at for other in events):
            return start, end
