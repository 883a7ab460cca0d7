"""What a listener would miss: playlists that keep their songs, and a subscription that is paid for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.toolkits.music import toolkit

EXECUTOR = ToolkitExecutor([toolkit])


class Player:
    """A session with the music toolkit."""

    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"music/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"music/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code


@pytest.fixture(params=(2, 5, 11))
def player(request: pytest.FixtureRequest) -> Player:
    return Player(EXECUTOR.open(request.param))


def test_a_playlist_is_filled_played_and_emptied(player: Player) -> None:
    song_id = player.do("search_songs", music_genre="jazz")["songs"][0]["song_id"]
    speaker_id = player.do("list_speakers")["speakers"][0]["speaker_id"]
    playlist_id = player.do("create_playlist", playlist_title="Test Drives")["playlist_id"]
    assert player.refusal("create_playlist", playlist_title="test drives") == "already_exists"
    assert player.refusal("play_playlist", playlist_id=playlist_id, speaker_id=speaker_id) == "not_available"
    added = player.do("add_song_to_playlist", playlist_id=playlist_id, song_id=song_id)
    assert player.refusal("add_song_to_playlist", playlist_id=playlist_id, song_id=song_id) == "already_exists"
    player.do("play_playlist", playlist_id=playlist_id, speaker_id=speaker_id)
    assert player.do("list_speakers")["speakers"][0]["now_playing"] == "Test Drives"
    player.do("remove_song_from_playlist", playlist_entry_id=added["playlist_entry_id"])
    assert player.do("get_playlist", playlist_id=playlist_id)["songs"] == []


def test_what_was_heard_can_be_found_again(player: Player) -> None:
    for play in player.do("list_listening_history", limit=20)["plays"]:
        found = player.do("find_song", song_name=play["song_title"])["songs"]
        assert [s["song_id"] for s in found] == [play["song_id"]]
        assert player.do("find_artist", artist_name=play["artist_name"])["artist_id"] == play["artist_id"]


def test_statistics_grow_with_the_period(player: Player) -> None:
    minutes = [player.do("get_listening_statistics", period=p)["listening_minutes"] for p in ("week", "month", "year")]
    assert minutes == sorted(minutes)


def test_a_change_of_plan_is_paid_once(player: Player) -> None:
    world = player.session.world
    card_id = max(world.cards, key=lambda card: world.account(card.account_id).balance).card_id
    plans = player.do("list_music_plans")["music_plans"]
    own = next(p for p in plans if p["is_current"])
    other = next(p for p in plans if not p["is_current"])
    assert player.refusal("change_music_plan", music_plan_id=own["music_plan_id"], card_id=card_id) == "conflict"
    player.do("change_music_plan", music_plan_id=other["music_plan_id"], card_id=card_id)
    assert world.transactions[-1].amount == -other["monthly_price"]
    current = [p["plan_name"] for p in player.do("list_music_plans")["music_plans"] if p["is_current"]]
    assert current == [other["plan_name"]]


def test_an_audiobook_is_bought_once(player: Player) -> None:
    world = player.session.world
    card_id = max(world.cards, key=lambda card: world.account(card.account_id).balance).card_id
    for book in player.do("search_audiobooks", book_genre="fantasy")["audiobooks"]:
        if player.refusal("buy_audiobook", audiobook_id=book["audiobook_id"], card_id="card_none") == "not_found":
            player.do("buy_audiobook", audiobook_id=book["audiobook_id"], card_id=card_id)
        assert player.refusal("buy_audiobook", audiobook_id=book["audiobook_id"], card_id=card_id) == "already_exists"
