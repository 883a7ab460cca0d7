"""How a home is furnished at first, and what its cameras and its meter saw: all from the world's seed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng, found
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.home.records import (
    Appliance,
    ApplianceSummary,
    Camera,
    Clip,
    DoorLock,
    GuestAccess,
    HomeState,
    Light,
    Room,
    Scene,
    SceneSchedule,
    ScheduledScene,
)

PRICE_PER_KILOWATT_HOUR = 0.19
_ROOMS = (
    "kitchen", "living room", "bedroom", "guest room", "study", "hallway", "bathroom", "dining room", "nursery",
    "laundry room", "attic", "basement", "playroom", "workshop", "sunroom", "music room", "library",
    "upstairs bathroom",    "home office", "den", "mudroom", "gym", "spare bedroom", "entrance hall",
)  # fmt: skip
_LIGHTS = (
    "floor lamp", "wall lamp", "reading light", "spotlights", "shelf lights", "window lamp", "corner lamp",
    "light strip", "desk lamp", "lantern", "fairy lights", "side lamp",
)  # fmt: skip
_DOORS = (
    "front door", "back door", "garage door", "side door", "cellar door", "garden gate", "patio door", "shed door",
    "driveway gate", "bike room door",
)  # fmt: skip
_SCENES = (
    "movie night", "good morning", "bedtime", "dinner party", "deep focus", "rainy afternoon", "yoga", "cozy evening",
    "game night", "reading hour", "party", "sunset", "candlelight", "wake-up", "nap time", "homework",
    "romantic dinner", "cleaning day", "slow Sunday", "concert", "night light", "meditation", "breakfast", "cooking",
    "story time",
    "winter fireside", "beach house", "video call", "painting", "leaving home",
)  # fmt: skip
_APPLIANCES = {
    "dishwasher": (130, 1.1),
    "washing machine": (105, 0.9),
    "tumble dryer": (95, 2.3),
    "oven": (55, 1.4),
    "coffee machine": (8, 0.1),
    "bread maker": (190, 0.5),
    "slow cooker": (360, 1.3),
    "rice cooker": (40, 0.3),
    "air purifier": (120, 0.1),
    "dehumidifier": (240, 1.0),
    "lawn mower robot": (150, 0.6),
    "irrigation system": (35, 0.1),
    "towel warmer": (45, 0.2),
    "sauna": (90, 7.5),
    "pool pump": (300, 3.2),
    "water heater": (60, 2.0),
    "egg incubator": (600, 0.7),
    "fish tank light": (480, 0.3),
    "steam closet": (40, 0.9),
    "ice maker": (75, 0.4),
}
_CAMERAS = (
    "doorbell", "driveway", "backyard", "porch", "garage", "hallway", "garden", "balcony", "patio", "side entrance",
    "mailbox", "carport",
)  # fmt: skip
_SEEN = (
    "a parcel carrier at the door", "a cat on the wall", "a car turning around", "somebody with a dog", "a raccoon",
    "branches in the wind", "a cyclist passing", "a person ringing the bell", "a fox", "a neighbor fetching a ball",
    "somebody delivering flyers", "a delivery van", "headlights", "two children on scooters", "an owl", "a squirrel",
    "a person with an umbrella", "a garbage truck",
)  # fmt: skip


def furnished(world: World, rng: Random) -> HomeState:
    """A home with rooms, lights, locks, scenes, appliances and cameras, and a guest or two."""
    state = HomeState()
    names = ["kitchen", "living room", "bedroom", *rng.sample(_ROOMS[3:], rng.randrange(3, 6))]
    for name in names:
        lights = [f"{name} ceiling light", *(f"{name} {kind}" for kind in rng.sample(_LIGHTS, rng.randrange(1, 3)))]
        setting = rng.randrange(34, 45) / 2
        state.rooms.append(
            Room(
                room_id=world.new_id("room", 4),
                room_name=name,
                temperature_celsius=round(setting + rng.uniform(-2.5, 2.0), 1),
                thermostat_celsius=setting,
                humidity_percent=rng.randrange(32, 63),
                open_windows=rng.choice([0, 0, 0, 1, 1, 2]),
                lights=[Light(world.new_id("light", 4), light, rng.choice([0, 20, 60, 80, 100])) for light in lights],
            )
        )
    for name in ["front door", *rng.sample(_DOORS[1:], 3)]:
        state.locks.append(DoorLock(world.new_id("lock", 4), name, rng.random() < 0.5, rng.randrange(18, 100)))
    for lock, contact in zip(rng.sample(state.locks, 3), rng.sample(world.contacts, 3), strict=True):
        until = world.today + timedelta(days=rng.randrange(2, 90))
        state.guests.append(
            GuestAccess(world.new_id("ga", 5), lock.lock_id, contact.contact_id, access_code(rng), until)
        )
    for name in rng.sample(_SCENES, 6):
        warmth = rng.choice([None, None, 18.0, 19.5, 20.5, 21.5, 22.0])
        room = rng.choice(state.rooms)
        state.scenes.append(
            Scene(world.new_id("scene", 4), name, room.room_id, rng.choice([5, 15, 30, 50, 75, 100]), warmth)
        )
    for scene in rng.sample(state.scenes, 2):
        at = datetime.combine(world.today + timedelta(days=rng.randrange(1, 9)), time(rng.randrange(6, 22)))
        state.schedules.append(SceneSchedule(world.new_id("sch", 5), scene.scene_id, at))
    for name in rng.sample(sorted(_APPLIANCES), 5):
        minutes, kilowatt_hours = _APPLIANCES[name]
        busy = world.now + timedelta(minutes=rng.randrange(5, minutes + 1)) if rng.random() < 0.25 else None
        state.appliances.append(Appliance(world.new_id("apl", 4), name, minutes, kilowatt_hours, busy))
    for name in rng.sample(_CAMERAS, 3):
        state.cameras.append(Camera(world.new_id("cam", 4), f"{name} camera"))
    return state


def access_code(rng: Random) -> str:
    """Six digits for a keypad."""
    return f"{rng.randrange(1_000_000):06d}"


def kilowatt_hours_of(world: World, day: date) -> float:
    """What the meter counted on a day."""
    rng = derived_rng(world.seed, "home", "meter", day.isoformat())
    base = derived_rng(world.seed, "home", "meter").uniform(6.0, 19.0)
    return base * rng.uniform(0.7, 1.4) * (1.25 if day.month in (1, 2, 7, 8, 12) else 1.0)


def clips_of(world: World, state: HomeState, camera: Camera, day: date) -> list[Clip]:
    """What a camera recorded on a day until now, in order."""
    index = state.cameras.index(camera)
    rng = derived_rng(world.seed, "home", "camera", str(index), day.isoformat())
    minutes = sorted(rng.sample(range(5, 1435), rng.randrange(1, 6)))
    clips = []
    for number, minute in enumerate(minutes):
        at = datetime.combine(day, time(minute // 60, minute % 60))
        clip_id = hide(world.seed, "clip", (day.toordinal() * 8 + index) * 8 + number)
        clip = Clip(clip_id, rng.choice(_SEEN), at, rng.randrange(6, 95))
        if at <= world.now:
            clips.append(clip)
    return clips


def clip_by_id(world: World, state: HomeState, clip_id: str) -> tuple[Camera, Clip]:
    """A recording and the camera that made it.

    Raises:
        ToolError: `not_found`.
    """
    number = reveal(world.seed, "clip", clip_id)
    if number is not None:
        ordinal, index = divmod(number // 8, 8)
        if index < len(state.cameras) and world.today.toordinal() - 400 < ordinal <= world.today.toordinal():
            camera = state.cameras[index]
            for clip in clips_of(world, state, camera, date.fromordinal(ordinal)):
                if clip.clip_id == clip_id:
                    return camera, clip
    raise ToolError("not_found", f"There is no recording with the id {clip_id}.")


def room_of(world: World, room_id: str) -> Room:
    """The room with this id, or a `not_found` error."""
    return found(world.of(HomeState).rooms, "room_id", room_id, "room")


def lock_of(world: World, lock_id: str) -> DoorLock:
    """The door lock with this id, or a `not_found` error."""
    return found(world.of(HomeState).locks, "lock_id", lock_id, "door lock")


def scene_of(world: World, scene_id: str) -> Scene:
    """The scene with this id, or a `not_found` error."""
    return found(world.of(HomeState).scenes, "scene_id", scene_id, "scene")


def name_of(world: World, contact_id: str) -> str:
    """The full name of a contact, who may have left the address book."""
    return next((c.full_name for c in world.contacts if c.contact_id == contact_id), "a former contact")


def scheduled(world: World, schedule: SceneSchedule) -> ScheduledScene:
    """A scheduled scene as it is listed."""
    scene = scene_of(world, schedule.scene_id)
    room = room_of(world, scene.room_id)
    return ScheduledScene(schedule.scene_schedule_id, scene.scene_name, room.room_name, schedule.starts_at)


def listed(world: World, a: Appliance) -> ApplianceSummary:
    """An appliance as it is listed."""
    running = a.busy_until is not None and a.busy_until > world.now
    return ApplianceSummary(a.appliance_id, a.appliance_name, running, a.busy_until if running else None)
