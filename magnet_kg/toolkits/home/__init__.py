"""The smart home: rooms, warmth, lights, doors and their guests, scenes, appliances, cameras, electricity."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Annotated

from pydantic import Field, NaiveDatetime

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, derived_rng, found
from magnet_kg.toolkits.home import records
from magnet_kg.toolkits.home.house import (
    PRICE_PER_KILOWATT_HOUR,
    access_code,
    clip_by_id,
    clips_of,
    furnished,
    kilowatt_hours_of,
    listed,
    lock_of,
    name_of,
    room_of,
    scene_of,
    scheduled,
)
from magnet_kg.toolkits.home.records import HomeState

toolkit = Toolkit("home", category="home", description="The devices of the user's smart home.")

Brightness = Annotated[int, Field(ge=0, le=100)]
LONGEST_ENERGY_DAYS = 365
_NO_VACUUM = ("attic", "basement", "workshop", "upstairs bathroom")


@toolkit.state
def make_state(world: World, rng: Random) -> HomeState:
    """A furnished home."""
    return furnished(world, rng)


@toolkit.function
def list_rooms(world: World) -> records.RoomList:
    """List the rooms of the user's home with their temperature and how many lights are on."""
    return records.RoomList(
        [
            records.RoomSummary(
                r.room_id, r.room_name, r.temperature_celsius, sum(x.brightness_level > 0 for x in r.lights)
            )
            for r in world.of(HomeState).rooms
        ]
    )


@toolkit.function
def get_room_climate(world: World, room_id: str) -> records.RoomClimate:
    """Read a room's sensors: temperature, thermostat setting, humidity and open windows.

    Args:
        room_id: id of the room
    """
    r = room_of(world, room_id)
    return records.RoomClimate(
        r.room_id, r.room_name, r.temperature_celsius, r.thermostat_celsius, r.humidity_percent, r.open_windows
    )


@toolkit.function
def set_room_temperature(
    world: World, room_id: str, target_celsius: Annotated[float, Field(ge=5, le=30)]
) -> records.RoomThermostat:
    """Set the thermostat of a room.

    Args:
        room_id: id of the room
        target_celsius: how warm the room should get, in degrees Celsius
    """
    room = room_of(world, room_id)
    if room.thermostat_celsius == target_celsius:
        raise ToolError("conflict", f"The thermostat of the {room.room_name} is already set to {target_celsius:g} °C.")
    room.thermostat_celsius = target_celsius
    minutes = 5 * round(abs(target_celsius - room.temperature_celsius) * 4)
    return records.RoomThermostat(room.room_id, room.room_name, room.temperature_celsius, target_celsius, minutes)


@toolkit.function
def list_lights(world: World, room_id: str) -> records.LightList:
    """List the lights of a room with their light ids and brightness, the main light first.

    Args:
        room_id: id of the room
    """
    room = room_of(world, room_id)
    lights = [records.LightSummary(x.light_id, x.light_name, x.brightness_level) for x in room.lights]
    return records.LightList(room.room_id, room.room_name, lights)


@toolkit.function
def set_light_brightness(world: World, light_id: str, brightness_percent: Brightness) -> records.LightSummary:
    """Make a light brighter or dimmer, or switch it on or off.

    Args:
        light_id: id of the light
        brightness_percent: from 0, which is off, to 100
    """
    light = found([x for r in world.of(HomeState).rooms for x in r.lights], "light_id", light_id, "light")
    light.brightness_level = brightness_percent
    return records.LightSummary(light.light_id, light.light_name, light.brightness_level)


@toolkit.function
def switch_off_room_lights(world: World, room_id: str) -> records.DarkRoom:
    """Switch off all lights of a room.

    Args:
        room_id: id of the room
    """
    room = room_of(world, room_id)
    on = [light for light in room.lights if light.brightness_level]
    if not on:
        raise ToolError("conflict", f"All lights in the {room.room_name} are off already.")
    for light in on:
        light.brightness_level = 0
    return records.DarkRoom(room.room_id, room.room_name, len(on))


@toolkit.function
def list_door_locks(world: World) -> records.DoorLockList:
    """List the doors with a smart lock: whether they are locked, and how full their batteries are."""
    return records.DoorLockList(list(world.of(HomeState).locks))


@toolkit.function
def lock_door(world: World, lock_id: str) -> records.DoorLock:
    """Lock a door.

    Args:
        lock_id: id of the door lock
    """
    lock = lock_of(world, lock_id)
    if lock.is_locked:
        raise ToolError("conflict", f"The {lock.door_name} is already locked.")
    lock.is_locked = True
    return lock


@toolkit.function
def unlock_door(world: World, lock_id: str) -> records.DoorLock:
    """Unlock a door.

    Args:
        lock_id: id of the door lock
    """
    lock = lock_of(world, lock_id)
    if not lock.is_locked:
        raise ToolError("conflict", f"The {lock.door_name} is not locked.")
    lock.is_locked = False
    return lock


@toolkit.function
def list_guest_access(world: World, lock_id: str) -> records.GuestList:
    """List the people who have a code of their own for a door, and until when.

    Args:
        lock_id: id of the door lock
    """
    lock = lock_of(world, lock_id)
    guests = [
        records.GuestSummary(g.guest_access_id, g.contact_id, name_of(world, g.contact_id), g.valid_until)
        for g in world.of(HomeState).guests
        if g.lock_id == lock_id
    ]
    return records.GuestList(
        lock.lock_id, lock.door_name, sorted(guests, key=lambda g: (g.valid_until, g.guest_access_id))
    )


@toolkit.function
def grant_guest_access(world: World, lock_id: str, contact_id: str, valid_until: date) -> records.GrantedAccess:
    """Give a person a code of their own that opens a door until the end of a day.

    Args:
        lock_id: id of the door lock
        contact_id: id of the contact who gets the code
        valid_until: last day on which the code opens the door
    """
    lock, contact, state = lock_of(world, lock_id), world.contact(contact_id), world.of(HomeState)
    if valid_until < world.today:
        raise ToolError("invalid_argument", f"A code cannot end on {valid_until:%d %B %Y}, which has passed.")
    if any(g.lock_id == lock_id and g.contact_id == contact_id for g in state.guests):
        raise ToolError("already_exists", f"{contact.full_name} already has a code for the {lock.door_name}.")
    access_id = world.new_id("ga", 5)
    code = access_code(derived_rng(world.seed, "home", "code", access_id))
    state.guests.append(records.GuestAccess(access_id, lock_id, contact_id, code, valid_until))
    return records.GrantedAccess(access_id, contact.full_name, lock.door_name, code, valid_until)


@toolkit.function
def revoke_guest_access(world: World, guest_access_id: str) -> records.RevokedAccess:
    """End somebody's code for a door at once.

    Args:
        guest_access_id: id of the guest access
    """
    state = world.of(HomeState)
    guest = found(state.guests, "guest_access_id", guest_access_id, "guest access")
    state.guests.remove(guest)
    return records.RevokedAccess(name_of(world, guest.contact_id), lock_of(world, guest.lock_id).door_name, True)


@toolkit.function
def list_scenes(world: World) -> records.SceneList:
    """List the scenes of the home, which set the light and warmth of a room together."""
    scenes = world.of(HomeState).scenes
    return records.SceneList(
        [records.SceneSummary(s.scene_id, s.scene_name, s.room_id, room_of(world, s.room_id).room_name) for s in scenes]
    )


@toolkit.function
def activate_scene(world: World, scene_id: str) -> records.ActiveScene:
    """Put a scene on now.

    Args:
        scene_id: id of the scene
    """
    scene = scene_of(world, scene_id)
    room = room_of(world, scene.room_id)
    for light in room.lights:
        light.brightness_level = scene.brightness_level
    if scene.thermostat_celsius is not None:
        room.thermostat_celsius = scene.thermostat_celsius
    return records.ActiveScene(
        scene_id, scene.scene_name, room.room_id, room.room_name, scene.brightness_level, scene.thermostat_celsius
    )


@toolkit.function
def schedule_scene(world: World, scene_id: str, starts_at: NaiveDatetime) -> records.ScheduledScene:
    """Have a scene come on by itself at a later time.

    Args:
        scene_id: id of the scene
        starts_at: date and time when it comes on
    """
    scene, state = scene_of(world, scene_id), world.of(HomeState)
    if starts_at <= world.now:
        raise ToolError("invalid_argument", f"The {scene.scene_name} scene cannot be scheduled for a time in the past.")
    if any(s.scene_id == scene_id and s.starts_at == starts_at for s in state.schedules):
        raise ToolError("already_exists", f"The {scene.scene_name} scene is already scheduled for then.")
    schedule = records.SceneSchedule(world.new_id("sch", 5), scene_id, starts_at)
    state.schedules.append(schedule)
    return scheduled(world, schedule)


@toolkit.function
def list_scene_schedules(world: World, room_id: str) -> records.ScheduleList:
    """List the scenes that will come on by themselves in a room, soonest first.

    Args:
        room_id: id of the room
    """
    room = room_of(world, room_id)
    state = world.of(HomeState)
    mine = [
        s for s in state.schedules if s.starts_at > world.now and scene_of(world, s.scene_id).room_id == room.room_id
    ]
    mine.sort(key=lambda s: (s.starts_at, s.scene_schedule_id))
    return records.ScheduleList(room.room_id, room.room_name, [scheduled(world, s) for s in mine])


@toolkit.function
def cancel_scene_schedule(world: World, scene_schedule_id: str) -> records.CancelledSchedule:
    """Keep a scene from coming on by itself.

    Args:
        scene_schedule_id: id of the scene schedule
    """
    state = world.of(HomeState)
    schedule = found(state.schedules, "scene_schedule_id", scene_schedule_id, "scheduled scene")
    state.schedules.remove(schedule)
    scene = scene_of(world, schedule.scene_id)
    return records.CancelledSchedule(scene.scene_name, room_of(world, scene.room_id).room_name, True)


@toolkit.function
def get_energy_use(world: World, since_date: date) -> records.EnergyUse:
    """Get how much electricity the home has used from a day until now, what it cost, and what used the most.

    Args:
        since_date: first day that counts
    """
    days = (world.today - since_date).days
    if days < 0:
        raise ToolError("invalid_argument", f"There is no reading yet for {since_date:%d %B %Y}.")
    if days > LONGEST_ENERGY_DAYS:
        raise ToolError("out_of_range", "The meter keeps its readings for one year.")
    used = round(sum(kilowatt_hours_of(world, since_date + timedelta(days=n)) for n in range(days + 1)), 1)
    cost = round(used * PRICE_PER_KILOWATT_HOUR, 2)
    biggest = max(world.of(HomeState).appliances, key=lambda a: (a.program_kilowatt_hours, a.appliance_name))
    daily, currency = round(cost / (days + 1), 2), world.person.currency
    return records.EnergyUse(since_date, days + 1, used, cost, daily, currency, biggest.appliance_name)


@toolkit.function
def list_appliances(world: World) -> records.ApplianceList:
    """List the appliances that can be started from afar, and when those that run will be done."""
    return records.ApplianceList([listed(world, a) for a in world.of(HomeState).appliances])


@toolkit.function
def start_appliance(world: World, appliance_id: str) -> records.StartedAppliance:
    """Start the usual program of an appliance.

    Args:
        appliance_id: id of the appliance
    """
    appliance = found(world.of(HomeState).appliances, "appliance_id", appliance_id, "appliance")
    if appliance.busy_until is not None and appliance.busy_until > world.now:
        raise ToolError("conflict", f"The {appliance.appliance_name} is running until {appliance.busy_until:%H:%M}.")
    appliance.busy_until = world.now + timedelta(minutes=appliance.program_minutes)
    return records.StartedAppliance(
        appliance_id=appliance.appliance_id,
        appliance_name=appliance.appliance_name,
        duration_minutes=appliance.program_minutes,
        finishes_at=appliance.busy_until,
        energy_cost=round(appliance.program_kilowatt_hours * PRICE_PER_KILOWATT_HOUR, 2),
        currency=world.person.currency,
    )


@toolkit.function
def start_vacuum(world: World, room_id: str) -> records.VacuumRun:
    """Send the robot vacuum to a room; it first finishes the rooms that it was sent to before.

    Args:
        room_id: id of the room
    """
    room, state = room_of(world, room_id), world.of(HomeState)
    if room.room_name in _NO_VACUUM:
        raise ToolError("not_available", f"The robot vacuum cannot get to the {room.room_name}.")
    if room_id in state.vacuum_queue:
        raise ToolError("conflict", f"The robot vacuum has already been sent to the {room.room_name}.")
    minutes = derived_rng(world.seed, "home", "vacuum", room.room_name).randrange(9, 34)
    done = (state.vacuum_free_at or world.now) + timedelta(minutes=minutes)
    before = len(state.vacuum_queue)
    state.vacuum_queue.append(room_id)
    state.vacuum_free_at = done
    return records.VacuumRun(room.room_id, room.room_name, before, minutes, done)


@toolkit.function
def list_cameras(world: World) -> records.CameraList:
    """List the cameras around the home and how much each has recorded today."""
    state = world.of(HomeState)
    return records.CameraList(
        [
            records.CameraSummary(c.camera_id, c.camera_name, len(clips_of(world, state, c, world.today)))
            for c in state.cameras
        ]
    )


@toolkit.function
def list_camera_clips(world: World, camera_id: str, day: date) -> records.ClipList:
    """List what a camera recorded on a day: what was seen and when.

    Args:
        camera_id: id of the camera
        day: the day
    """
    state = world.of(HomeState)
    camera = found(state.cameras, "camera_id", camera_id, "camera")
    if day > world.today:
        raise ToolError("invalid_argument", f"The {camera.camera_name} has not recorded {day:%d %B %Y} yet.")
    if (world.today - day).days > 30:
        raise ToolError("out_of_range", "Recordings are kept for 30 days.")
    return records.ClipList(camera.camera_id, camera.camera_name, day, clips_of(world, state, camera, day))


@toolkit.function
def share_camera_clip(world: World, clip_id: str, contact_id: str) -> records.SharedClip:
    """Let somebody watch a recording of a camera.

    Args:
        clip_id: id of the clip
        contact_id: id of the contact who may watch it
    """
    state, contact = world.of(HomeState), world.contact(contact_id)
    camera, clip = clip_by_id(world, state, clip_id)
    key = f"{clip_id}/{contact_id}"
    if key in state.shared_clips:
        raise ToolError("already_exists", f"{contact.full_name} can already watch this recording.")
    state.shared_clips.append(key)
    return records.SharedClip(clip.clip_id, camera.camera_name, clip.seen, clip.recorded_at, contact.full_name)
