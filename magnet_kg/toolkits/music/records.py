"""What the functions return, and what the user has made, heard, follows and pays for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from magnet_kg.toolkits.events.performers import MusicGenre
from magnet_kg.toolkits.music.shelves import Mood

Period = Literal["week", "month", "year"]


@dataclass(slots=True)
class PlaylistEntry:
    """A song in a playlist."""

    playlist_entry_id: str
    song_id: str


@dataclass(slots=True)
class Playlist:
    """A playlist of the user."""

    playlist_id: str
    playlist_name: str
    entries: list[PlaylistEntry] = field(default_factory=list)
    shared_with: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Speaker:
    """A speaker at home and what it plays."""

    speaker_id: str
    room: str
    now_playing: str | None = None


@dataclass(slots=True)
class Play:
    """A song that was listened to."""

    song_id: str
    played_at: datetime


@dataclass(slots=True)
class MusicState:
    """The user's part of the music service."""

    playlists: list[Playlist] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)
    plays: list[Play] = field(default_factory=list)
    artist_ids: list[str] = field(default_factory=list)
    queue: list[str] = field(default_factory=list)
    audiobook_ids: list[str] = field(default_factory=list)
    music_plan_id: str = ""


@dataclass(slots=True)
class SongSummary:
    """A song in a list; `play_count` is how often it was played by everybody."""

    song_id: str
    song_title: str
    artist_name: str
    album_title: str
    song_mood: Mood
    play_count: int


@dataclass(slots=True)
class SongMatches:
    """Songs that fit, most played first."""

    songs: list[SongSummary]


@dataclass(slots=True)
class ArtistSummary:
    """An artist in a list."""

    artist_id: str
    artist_name: str
    genre: MusicGenre


@dataclass(slots=True)
class ArtistDetails:
    """All about one artist; the songs are the best known ones."""

    artist_id: str
    artist_name: str
    genre: MusicGenre
    artist_city: str
    active_since: int
    monthly_listeners: int
    newest_album_title: str
    newest_album_date: date
    followed: bool
    top_songs: list[SongSummary]


@dataclass(slots=True)
class FollowedArtists:
    """The artists that the user follows."""

    artists: list[ArtistSummary]


@dataclass(slots=True)
class ArtistFollow:
    """An artist who is followed now."""

    artist_id: str
    artist_name: str
    following: bool
    followed_artist_count: int


@dataclass(slots=True)
class PlaylistSummary:
    """A playlist in a list."""

    playlist_id: str
    playlist_name: str
    song_count: int
    duration_minutes: int


@dataclass(slots=True)
class CreatedPlaylist:
    """A playlist that is new and has no songs."""

    playlist_id: str
    playlist_name: str
    playlist_count: int


@dataclass(slots=True)
class Playlists:
    """All playlists of the user."""

    playlists: list[PlaylistSummary]


@dataclass(slots=True)
class EntrySummary:
    """A song at its place in a playlist."""

    playlist_entry_id: str
    song_id: str
    song_title: str
    artist_name: str


@dataclass(slots=True)
class PlaylistDetails:
    """A playlist with its songs, in their order."""

    playlist_id: str
    playlist_name: str
    duration_minutes: int
    songs: list[EntrySummary]
    shared_with: list[str]


@dataclass(slots=True)
class AddedSong:
    """A song that is in a playlist now."""

    playlist_entry_id: str
    playlist_id: str
    playlist_name: str
    song_title: str
    artist_name: str
    song_count: int


@dataclass(slots=True)
class RemovedSong:
    """A song that is no longer in a playlist."""

    playlist_id: str
    playlist_name: str
    song_id: str
    song_title: str
    song_count: int


@dataclass(slots=True)
class SharedPlaylist:
    """Who got a playlist, and everybody who has it."""

    playlist_id: str
    playlist_name: str
    contact_id: str
    recipient: str
    shared_with: list[str]


@dataclass(slots=True)
class SpeakerSummary:
    """A speaker at home; nothing in `now_playing` where it is silent."""

    speaker_id: str
    room: str
    now_playing: str | None


@dataclass(slots=True)
class Speakers:
    """All speakers of the user."""

    speakers: list[SpeakerSummary]


@dataclass(slots=True)
class PlayingPlaylist:
    """A playlist that is playing now, and what comes first."""

    playlist_id: str
    playlist_name: str
    room: str
    first_song_title: str
    first_artist_name: str
    duration_minutes: int
    ends_at: datetime


@dataclass(slots=True)
class PlayingEpisode:
    """A podcast episode that is playing now."""

    episode_id: str
    episode_title: str
    podcast_title: str
    room: str
    duration_minutes: int
    ends_at: datetime


@dataclass(slots=True)
class QueuedSong:
    """A song that is in the queue now, and its place there."""

    song_id: str
    song_title: str
    artist_name: str
    place_in_queue: int


@dataclass(slots=True)
class PlayedSong:
    """A song that the user has listened to."""

    song_id: str
    song_title: str
    artist_id: str
    artist_name: str
    played_at: datetime


@dataclass(slots=True)
class ListeningHistory:
    """What was played last, newest first."""

    plays: list[PlayedSong]


@dataclass(slots=True)
class ListeningStatistics:
    """How much the user listened to, and the artist and the song that were played most."""

    covered_period: Period
    listening_minutes: int
    songs_played: int
    artist_id: str
    artist_name: str
    artist_play_count: int
    song_id: str
    song_title: str
    top_genre: MusicGenre
    change_percent: int


@dataclass(slots=True)
class PodcastSummary:
    """A podcast in a list."""

    podcast_id: str
    podcast_title: str
    host_name: str
    listener_rating: float
    episode_count: int


@dataclass(slots=True)
class PodcastMatches:
    """Podcasts on a topic, best rated first."""

    podcasts: list[PodcastSummary]


@dataclass(slots=True)
class EpisodeSummary:
    """An episode in a list."""

    episode_id: str
    episode_title: str
    published_on: date
    duration_minutes: int


@dataclass(slots=True)
class Episodes:
    """The newest episodes of a podcast, newest first."""

    podcast_id: str
    podcast_title: str
    episodes: list[EpisodeSummary]


@dataclass(slots=True)
class AudiobookSummary:
    """An audiobook in a list."""

    audiobook_id: str
    audiobook_title: str
    author_name: str
    narrator_name: str
    duration_minutes: int
    listener_rating: float
    audiobook_price: float
    currency: str


@dataclass(slots=True)
class AudiobookMatches:
    """Audiobooks of one genre, best rated first."""

    audiobooks: list[AudiobookSummary]


@dataclass(slots=True)
class BoughtAudiobook:
    """An audiobook that the user owns now."""

    audiobook_id: str
    audiobook_title: str
    author_name: str
    duration_minutes: int
    audiobook_price: float
    currency: str
    owned_audiobook_count: int
    card_id: str


@dataclass(slots=True)
class MusicPlan:
    """A subscription plan."""

    music_plan_id: str
    plan_name: str
    monthly_price: float
    currency: str
    accounts_included: int
    downloads: bool
    is_current: bool


@dataclass(slots=True)
class MusicPlans:
    """All plans, cheapest first."""

    music_plans: list[MusicPlan]


@dataclass(slots=True)
class ChangedPlan:
    """The plan that holds from now on; the first month is paid."""

    music_plan_id: str
    plan_name: str
    previous_plan_name: str
    monthly_price: float
    currency: str
    next_charge_date: date
    card_last_four: str
    card_id: str
