"""What the user begins with, and how it is shown."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng, found
from magnet_kg.toolkits.codes import hide
from magnet_kg.toolkits.events.performers import Performer, performers
from magnet_kg.toolkits.music.records import (
    ArtistSummary,
    AudiobookSummary,
    EntrySummary,
    ListeningStatistics,
    MusicState,
    Period,
    Play,
    PlayedSong,
    Playlist,
    PlaylistDetails,
    PlaylistEntry,
    SongSummary,
    Speaker,
)
from magnet_kg.toolkits.music.shelves import Audiobook, Song, audiobooks, plans, song_by_id, songs

_ROOMS = ("kitchen", "living room", "bedroom", "bathroom", "study", "garage", "hallway", "attic", "basement")
_FIRST = (
    "Sleepy", "Sunny", "Rainy", "Sweaty", "Loud", "Lazy", "Golden", "Late", "Slow", "Dusty", "Cozy", "Stormy", "Early",
)  # fmt: skip
_SECOND = (
    "Pancakes", "Highways", "Kitchen Dancing", "Deadlifts", "Study Hall", "Bath Time", "Campfire", "Train Rides",
    "Housework", "Dinner Guests", "Porch Songs", "Commute", "Gardening", "Board Games", "Backyard",
)  # fmt: skip
_DAYS: dict[Period, int] = {"week": 7, "month": 30, "year": 365}


def make_music(world: World, rng: Random) -> MusicState:
    """Playlists, speakers, what was heard lately, artists, a plan and an audiobook or two."""
    seed = world.seed
    liked = rng.sample(performers(seed), 7)
    own = [s for s in songs(seed) if s.artist in liked]
    state = MusicState(artist_ids=[artist_id(seed, a) for a in liked[:5]])
    for first, second in zip(rng.sample(_FIRST, 4), rng.sample(_SECOND, 4), strict=True):
        chosen = rng.sample(own, rng.randint(3, 7))
        entries = [PlaylistEntry(world.new_id("ple", 6), song_id(seed, s)) for s in chosen]
        state.playlists.append(Playlist(world.new_id("pl", 5), f"{first} {second}", entries))
    for room in rng.sample(_ROOMS, rng.choice([2, 3, 3, 4])):
        state.speakers.append(Speaker(world.new_id("spk", 4), room))
    ago = 0
    for song in rng.sample(own, 12):
        ago += rng.randint(4, 700)
        state.plays.append(Play(song_id(seed, song), world.now - timedelta(minutes=ago)))
    books = rng.sample(audiobooks(seed), rng.choice([1, 2]))
    state.audiobook_ids = [hide(seed, "book", b.number) for b in books]
    state.music_plan_id = rng.choice(plans(seed)).music_plan_id
    return state


def song_id(seed: int, song: Song) -> str:
    """The id of a song."""
    return hide(seed, "song", song.number)


def artist_id(seed: int, artist: Performer) -> str:
    """The id of an artist."""
    return hide(seed, "art", artist.number)


def song_summary(seed: int, song: Song) -> SongSummary:
    """A song as lists have it."""
    return SongSummary(
        song_id=song_id(seed, song),
        song_title=song.title,
        artist_name=song.artist.name,
        album_title=song.album,
        song_mood=song.mood,
        play_count=song.plays,
    )


def artist_summary(seed: int, artist: Performer) -> ArtistSummary:
    """An artist as lists have it."""
    return ArtistSummary(artist_id(seed, artist), artist.name, artist.genre)


def played_song(world: World, play: Play) -> PlayedSong:
    """A song of the listening history."""
    song = song_by_id(world.seed, play.song_id)
    artist = song.artist
    return PlayedSong(play.song_id, song.title, artist_id(world.seed, artist), artist.name, play.played_at)


def playlist_of(world: World, playlist_id: str) -> Playlist:
    """A playlist of the user, or a `not_found` error."""
    return found(world.of(MusicState).playlists, "playlist_id", playlist_id, "playlist")


def speaker_of(world: World, speaker_id: str) -> Speaker:
    """A speaker of the user, or a `not_found` error."""
    return found(world.of(MusicState).speakers, "speaker_id", speaker_id, "speaker")


def playlist_minutes(world: World, playlist: Playlist) -> int:
    """How long a playlist is."""
    return round(sum(song_by_id(world.seed, e.song_id).seconds for e in playlist.entries) / 60)


def playlist_details(world: World, playlist: Playlist) -> PlaylistDetails:
    """A playlist with its songs."""
    entries = []
    for entry in playlist.entries:
        song = song_by_id(world.seed, entry.song_id)
        entries.append(EntrySummary(entry.playlist_entry_id, entry.song_id, song.title, song.artist.name))
    return PlaylistDetails(
        playlist_id=playlist.playlist_id,
        playlist_name=playlist.playlist_name,
        duration_minutes=playlist_minutes(world, playlist),
        songs=entries,
        shared_with=names_of(world, playlist.shared_with),
    )


def names_of(world: World, contact_ids: list[str]) -> list[str]:
    """The names of contacts that are still in the address book."""
    return [c.full_name for c in world.contacts if c.contact_id in contact_ids]


def statistics_of(world: World, period: Period) -> ListeningStatistics:
    """What the user listened to: the recent plays, and many more like them where the period is long."""
    state = world.of(MusicState)
    since = world.now - timedelta(days=_DAYS[period])
    recent = [p for p in state.plays if p.played_at >= since]
    if not recent:
        raise ToolError("not_found", f"You have not listened to anything in the last {period}.")
    heard = [song_by_id(world.seed, p.song_id) for p in recent]
    rng = derived_rng(world.seed, "statistics", period)
    counts: Counter[int] = Counter()
    for song in heard:
        counts[song.number] += 1 + rng.randrange(_DAYS[period] // 3)
    by_artist: Counter[str] = Counter()
    for song in heard:
        by_artist[song.artist.name] += counts[song.number]
    top = max(heard, key=lambda s: (counts[s.number], s.number))
    name, plays = min(by_artist.items(), key=lambda one: (-one[1], one[0]))
    artist = next(s.artist for s in heard if s.artist.name == name)
    total = sum(counts.values())
    return ListeningStatistics(
        covered_period=period,
        listening_minutes=round(total * 3.6),
        songs_played=total,
        artist_id=artist_id(world.seed, artist),
        artist_name=name,
        artist_play_count=plays,
        song_id=song_id(world.seed, top),
        song_title=top.title,
        top_genre=artist.genre,
        change_percent=rng.choice([-31, -18, -12, -7, 4, 9, 15, 22, 38]),
    )


def audiobook_summary(world: World, book: Audiobook) -> AudiobookSummary:
    """An audiobook as lists have it."""
    return AudiobookSummary(
        audiobook_id=hide(world.seed, "book", book.number),
        audiobook_title=book.title,
        author_name=book.author,
        narrator_name=book.narrator,
        duration_minutes=book.minutes,
        listener_rating=book.rating,
        audiobook_price=book.price,
        currency=world.person.currency,
    )
