"""What people would miss at home: lights and doors that remember what they were told, and refusals that make sense."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.home import toolkit

EXECUTOR = ToolkitExecutor([toolkit])


class Home:
    """A session with the home toolkit."""

    def __init__(self, seed: int) -> None:
        self.session: ToolkitSession = EXECUTOR.open(seed)
        self.world: World = self.session.snapshot().opened()

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"home/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"home/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code


def test_lights_go_off_and_come_back() -> None:
    home = Home(3)
    room = home.do("list_rooms")["rooms"][0]["room_id"]
    light = home.do("list_lights", room_id=room)["lights"][0]["light_id"]
    assert home.do("set_light_brightness", light_id=light, brightness_percent=40)["brightness_level"] == 40
    assert home.do("switch_off_room_lights", room_id=room)["switched_off"] >= 1
    assert not any(one["brightness_level"] for one in home.do("list_lights", room_id=room)["lights"])
    assert home.refusal("switch_off_room_lights", room_id=room) == "conflict"
    assert home.refusal("set_light_brightness", light_id=light, brightness_percent=140) == "invalid_argument"


def test_a_door_is_locked_once() -> None:
    home = Home(5)
    for lock in home.do("list_door_locks")["locks"]:
        done, undone = ("unlock_door", "lock_door") if lock["is_locked"] else ("lock_door", "unlock_door")
        assert home.refusal(undone, lock_id=lock["lock_id"]) == "conflict"
        assert home.do(done, lock_id=lock["lock_id"])["is_locked"] is not lock["is_locked"]


def test_a_guest_has_one_code_for_a_door_until_it_is_taken_back() -> None:
    home = Home(7)
    lock = home.do("list_door_locks")["locks"][1]["lock_id"]
    there = {guest["contact_id"] for guest in home.do("list_guest_access", lock_id=lock)["guests"]}
    guest = next(c.contact_id for c in home.world.contacts if c.contact_id not in there)
    until = (home.world.today + timedelta(days=9)).isoformat()
    arguments = {"lock_id": lock, "contact_id": guest, "valid_until": until}
    made = home.do("grant_guest_access", **arguments)
    assert home.refusal("grant_guest_access", **arguments) == "already_exists"
    assert home.refusal("grant_guest_access", **{**arguments, "valid_until": "2020-01-01"}) == "invalid_argument"
    home.do("revoke_guest_access", guest_access_id=made["guest_access_id"])
    assert guest not in {g["contact_id"] for g in home.do("list_guest_access", lock_id=lock)["guests"]}
    assert home.refusal("revoke_guest_access", guest_access_id=made["guest_access_id"]) == "not_found"


def test_a_scheduled_scene_is_listed_until_it_is_cancelled() -> None:
    home = Home(11)
    scene = home.do("list_scenes")["scenes"][0]
    at = (home.world.now + timedelta(days=2)).replace(minute=0).isoformat()
    made = home.do("schedule_scene", scene_id=scene["scene_id"], starts_at=at)["scene_schedule_id"]
    assert home.refusal("schedule_scene", scene_id=scene["scene_id"], starts_at=at) == "already_exists"
    listed = home.do("list_scene_schedules", room_id=scene["room_id"])["schedules"]
    assert made in {one["scene_schedule_id"] for one in listed}
    home.do("cancel_scene_schedule", scene_schedule_id=made)
    listed = home.do("list_scene_schedules", room_id=scene["room_id"])["schedules"]
    assert made not in {one["scene_schedule_id"] for one in listed}


def test_the_vacuum_does_one_room_after_another() -> None:
    home = Home(2)
    rooms = [room["room_id"] for room in home.do("list_rooms")["rooms"][:2]]
    first = home.do("start_vacuum", room_id=rooms[0])
    second = home.do("start_vacuum", room_id=rooms[1])
    assert (first["rooms_before"], second["rooms_before"]) == (0, 1)
    assert second["finishes_at"] > first["finishes_at"]
    assert home.refusal("start_vacuum", room_id=rooms[0]) == "conflict"


def test_a_recording_can_be_watched_by_somebody_else() -> None:
    home = Home(13)
    camera = home.do("list_cameras")["cameras"][0]["camera_id"]
    day = (home.world.today - timedelta(days=2)).isoformat()
    clips = home.do("list_camera_clips", camera_id=camera, day=day)["clips"]
    contact = home.world.contacts[0]
    arguments = {"clip_id": clips[-1]["clip_id"], "contact_id": contact.contact_id}
    assert home.do("share_camera_clip", **arguments)["recipient"] == contact.full_name
    assert home.refusal("share_camera_clip", **arguments) == "already_exists"
    assert home.refusal("share_camera_clip", clip_id="clip_00000000", contact_id=contact.contact_id) == "not_found"
    assert home.refusal("list_camera_clips", camera_id=camera, day="2031-01-01") == "invalid_argument"
