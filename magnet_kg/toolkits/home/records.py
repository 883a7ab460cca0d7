"""What the smart home keeps, and what its functions return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(slots=True)
class Light:
    """A lamp; a level of 0 is off."""

    light_id: str
    light_name: str
    brightness_level: int


@dataclass(slots=True)
class Room:
    """A room with its thermostat and lights, the main light first."""

    room_id: str
    room_name: str
    temperature_celsius: float
    thermostat_celsius: float
    humidity_percent: int
    open_windows: int
    lights: list[Light]


@dataclass(slots=True)
class DoorLock:
    """A door with a smart lock."""

    lock_id: str
    door_name: str
    is_locked: bool
    battery_percent: int


@dataclass(slots=True)
class GuestAccess:
    """A code with which somebody opens a door until a day."""

    guest_access_id: str
    lock_id: str
    contact_id: str
    access_code: str
    valid_until: date


@dataclass(slots=True)
class Scene:
    """A named mood of one room: light and, with some, warmth."""

    scene_id: str
    scene_name: str
    room_id: str
    brightness_level: int
    thermostat_celsius: float | None


@dataclass(slots=True)
class SceneSchedule:
    """A scene that comes on by itself."""

    scene_schedule_id: str
    scene_id: str
    starts_at: datetime


@dataclass(slots=True)
class Appliance:
    """A machine that runs a program; `busy_until` while it does."""

    appliance_id: str
    appliance_name: str
    program_minutes: int
    program_kilowatt_hours: float
    busy_until: datetime | None


@dataclass(slots=True)
class Camera:
    """A camera; what it saw is computed by day."""

    camera_id: str
    camera_name: str


@dataclass(slots=True)
class HomeState:
    """The whole home."""

    rooms: list[Room] = field(default_factory=list)
    locks: list[DoorLock] = field(default_factory=list)
    guests: list[GuestAccess] = field(default_factory=list)
    scenes: list[Scene] = field(default_factory=list)
    schedules: list[SceneSchedule] = field(default_factory=list)
    appliances: list[Appliance] = field(default_factory=list)
    cameras: list[Camera] = field(default_factory=list)
    vacuum_queue: list[str] = field(default_factory=list)
    vacuum_free_at: datetime | None = None
    shared_clips: list[str] = field(default_factory=list)


@dataclass(slots=True)
class RoomSummary:
    """A room in a list."""

    room_id: str
    room_name: str
    temperature_celsius: float
    lights_on: int


@dataclass(slots=True)
class RoomList:
    """The rooms of the home."""

    rooms: list[RoomSummary]


@dataclass(slots=True)
class RoomClimate:
    """The air of a room: how warm it is, and what the thermostat is set to."""

    room_id: str
    room_name: str
    temperature_celsius: float
    thermostat_celsius: float
    humidity_percent: int
    open_windows: int


@dataclass(slots=True)
class RoomThermostat:
    """A thermostat that was set, and when the room will be that warm or cool."""

    room_id: str
    room_name: str
    temperature_celsius: float
    thermostat_celsius: float
    duration_minutes: int


@dataclass(slots=True)
class LightSummary:
    """A light and how bright it is, in percent; 0 is off."""

    light_id: str
    light_name: str
    brightness_level: int


@dataclass(slots=True)
class LightList:
    """The lights of a room, the main light first."""

    room_id: str
    room_name: str
    lights: list[LightSummary]


@dataclass(slots=True)
class DarkRoom:
    """A room whose lights are off now."""

    room_id: str
    room_name: str
    switched_off: int


@dataclass(slots=True)
class DoorLockList:
    """The doors that have a smart lock."""

    locks: list[DoorLock]


@dataclass(slots=True)
class GuestSummary:
    """Somebody who can open a door."""

    guest_access_id: str
    contact_id: str
    guest_name: str
    valid_until: date


@dataclass(slots=True)
class GuestList:
    """Who can open a door with a code of their own, soonest to end first."""

    lock_id: str
    door_name: str
    guests: list[GuestSummary]


@dataclass(slots=True)
class GrantedAccess:
    """A new code for a door."""

    guest_access_id: str
    guest_name: str
    door_name: str
    access_code: str
    valid_until: date


@dataclass(slots=True)
class RevokedAccess:
    """A code that opens nothing any more."""

    guest_name: str
    door_name: str
    revoked: bool


@dataclass(slots=True)
class SceneSummary:
    """A scene and where it works."""

    scene_id: str
    scene_name: str
    room_id: str
    room_name: str


@dataclass(slots=True)
class SceneList:
    """All scenes of the home."""

    scenes: list[SceneSummary]


@dataclass(slots=True)
class ActiveScene:
    """A scene that is on now; the thermostat is null where the scene leaves it alone."""

    scene_id: str
    scene_name: str
    room_id: str
    room_name: str
    brightness_level: int
    thermostat_celsius: float | None


@dataclass(slots=True)
class ScheduledScene:
    """A scene that will come on by itself."""

    scene_schedule_id: str
    scene_name: str
    room_name: str
    starts_at: datetime


@dataclass(slots=True)
class CancelledSchedule:
    """A scene that will not come on by itself any more."""

    scene_name: str
    room_name: str
    cancelled: bool


@dataclass(slots=True)
class ScheduleList:
    """Scenes that will come on by themselves in a room, soonest first."""

    room_id: str
    room_name: str
    schedules: list[ScheduledScene]


@dataclass(slots=True)
class EnergyUse:
    """Electricity of the whole home from a day until now."""

    since_date: date
    days: int
    kilowatt_hours: float
    energy_cost: float
    daily_cost: float
    currency: str
    biggest_consumer: str


@dataclass(slots=True)
class ApplianceSummary:
    """An appliance; `finishes_at` is null where it does not run."""

    appliance_id: str
    appliance_name: str
    is_running: bool
    finishes_at: datetime | None


@dataclass(slots=True)
class ApplianceList:
    """The appliances that can be started from afar."""

    appliances: list[ApplianceSummary]


@dataclass(slots=True)
class StartedAppliance:
    """A program that runs now, and what its electricity costs."""

    appliance_id: str
    appliance_name: str
    duration_minutes: int
    finishes_at: datetime
    energy_cost: float
    currency: str


@dataclass(slots=True)
class VacuumRun:
    """A room that the robot vacuum cleans now or after those before it."""

    room_id: str
    room_name: str
    rooms_before: int
    duration_minutes: int
    finishes_at: datetime


@dataclass(slots=True)
class CameraSummary:
    """A camera and whether it has seen something today."""

    camera_id: str
    camera_name: str
    clips_today: int


@dataclass(slots=True)
class CameraList:
    """The cameras around the home."""

    cameras: list[CameraSummary]


@dataclass(slots=True)
class Clip:
    """A recording: what was seen, when, and for how long."""

    clip_id: str
    seen: str
    recorded_at: datetime
    seconds: int


@dataclass(slots=True)
class ClipList:
    """What a camera recorded on a day, in order."""

    camera_id: str
    camera_name: str
    day: date
    clips: list[Clip]


@dataclass(slots=True)
class SharedClip:
    """A recording that somebody else can watch."""

    clip_id: str
    camera_name: str
    seen: str
    recorded_at: datetime
    recipient: str
