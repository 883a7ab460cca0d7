"""Music, podcasts and audiobooks: finding them, playing them, and what the user keeps of them."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng
from magnet_kg.toolkits.events.performers import MusicGenre, performer_called
from magnet_kg.toolkits.music import spoken
from magnet_kg.toolkits.music.base import MOST_SONGS, Limit, toolkit
from magnet_kg.toolkits.music.own import (
    artist_summary,
    make_music,
    names_of,
    played_song,
    playlist_details,
    playlist_minutes,
    playlist_of,
    song_summary,
    speaker_of,
    statistics_of,
)
from magnet_kg.toolkits.music.records import (
    AddedSong,
    ArtistDetails,
    ArtistFollow,
    ArtistSummary,
    CreatedPlaylist,
    FollowedArtists,
    ListeningHistory,
    ListeningStatistics,
    MusicState,
    Period,
    PlayingPlaylist,
    Playlist,
    PlaylistDetails,
    PlaylistEntry,
    Playlists,
    PlaylistSummary,
    QueuedSong,
    RemovedSong,
    SharedPlaylist,
    SongMatches,
    Speakers,
    SpeakerSummary,
)
from magnet_kg.toolkits.music.shelves import (
    Mood,
    artist_by_id,
    song_by_id,
    songs,
)

__all__ = ["spoken", "toolkit"]


@toolkit.state
def make_state(world: World, rng: Random) -> MusicState:
    """The user's playlists, speakers, history, artists and plan."""
    return make_music(world, rng)


@toolkit.function
def search_songs(world: World, music_genre: MusicGenre, mood: Mood | None = None) -> SongMatches:
    """Search songs of a genre, most played first, with their song ids.

    Args:
        music_genre: genre of the music
        mood: only songs of this mood
    """
    kept = [s for s in songs(world.seed) if s.artist.genre == music_genre and mood in (None, s.mood)]
    kept.sort(key=lambda s: -s.plays)
    return SongMatches([song_summary(world.seed, s) for s in kept[:MOST_SONGS]])


@toolkit.function
def find_song(world: World, song_name: str) -> SongMatches:
    """Find a song by its title and get its song id.

    Args:
        song_name: title of the song
    """
    wanted = song_name.casefold().strip()
    kept = [s for s in songs(world.seed) if s.title.casefold() == wanted]
    if not kept:
        raise ToolError("not_found", f"There is no song called “{song_name}”.")
    return SongMatches([song_summary(world.seed, s) for s in kept])


@toolkit.function
def find_artist(world: World, artist_name: str) -> ArtistSummary:
    """Find an artist or band by name and get the artist id.

    Args:
        artist_name: name of the artist or band
    """
    artist = performer_called(world.seed, artist_name)
    if artist is None:
        raise ToolError("not_found", f"There is no artist called {artist_name}.")
    return artist_summary(world.seed, artist)


@toolkit.function
def get_artist(world: World, artist_id: str) -> ArtistDetails:
    """Get everything about an artist: where they are from, the newest album and the best known songs.

    Args:
        artist_id: id of the artist
    """
    artist = artist_by_id(world.seed, artist_id)
    rng = derived_rng(world.seed, "artist", artist.name)
    own = [s for s in songs(world.seed) if s.artist == artist]
    return ArtistDetails(
        artist_id=artist_id,
        artist_name=artist.name,
        genre=artist.genre,
        artist_city=artist.city,
        active_since=artist.since,
        monthly_listeners=rng.randint(9_000, 5_000_000),
        newest_album_title=own[-1].album,
        newest_album_date=world.today - timedelta(days=rng.randint(9, 500)),
        followed=artist_id in world.of(MusicState).artist_ids,
        top_songs=[song_summary(world.seed, s) for s in sorted(own, key=lambda s: -s.plays)[:4]],
    )


@toolkit.function
def follow_artist(world: World, artist_id: str) -> ArtistFollow:
    """Follow an artist, to hear of new music first.

    Args:
        artist_id: id of the artist
    """
    artist = artist_by_id(world.seed, artist_id)
    state = world.of(MusicState)
    if artist_id in state.artist_ids:
        raise ToolError("already_exists", f"You follow {artist.name} already.")
    state.artist_ids.append(artist_id)
    return ArtistFollow(artist_id, artist.name, True, len(state.artist_ids))


@toolkit.function
def list_followed_artists(world: World) -> FollowedArtists:
    """List the artists that the user follows, with their artist ids."""
    return FollowedArtists(
        [artist_summary(world.seed, artist_by_id(world.seed, one)) for one in world.of(MusicState).artist_ids]
    )


@toolkit.function
def list_playlists(world: World) -> Playlists:
    """List the user's playlists with their lengths and playlist ids."""
    return Playlists(
        [
            PlaylistSummary(p.playlist_id, p.playlist_name, len(p.entries), playlist_minutes(world, p))
            for p in world.of(MusicState).playlists
        ]
    )


@toolkit.function
def get_playlist(world: World, playlist_id: str) -> PlaylistDetails:
    """Get the songs of a playlist and with whom it is shared.

    Args:
        playlist_id: id of the playlist
    """
    return playlist_details(world, playlist_of(world, playlist_id))


@toolkit.function
def create_playlist(world: World, playlist_title: str) -> CreatedPlaylist:
    """Create an empty playlist.

    Args:
        playlist_title: name of the new playlist
    """
    state = world.of(MusicState)
    if any(p.playlist_name.casefold() == playlist_title.casefold() for p in state.playlists):
        raise ToolError("already_exists", f"There is a playlist called “{playlist_title}” already.")
    state.playlists.append(Playlist(world.new_id("pl", 5), playlist_title))
    return CreatedPlaylist(state.playlists[-1].playlist_id, playlist_title, len(state.playlists))


@toolkit.function
def add_song_to_playlist(world: World, playlist_id: str, song_id: str) -> AddedSong:
    """Put a song at the end of a playlist.

    Args:
        playlist_id: id of the playlist
        song_id: id of the song
    """
    playlist = playlist_of(world, playlist_id)
    song = song_by_id(world.seed, song_id)
    if any(e.song_id == song_id for e in playlist.entries):
        raise ToolError("already_exists", f"“{song.title}” is in {playlist.playlist_name} already.")
    entry = PlaylistEntry(world.new_id("ple", 6), song_id)
    playlist.entries.append(entry)
    return AddedSong(
        playlist_entry_id=entry.playlist_entry_id,
        playlist_id=playlist_id,
        playlist_name=playlist.playlist_name,
        song_title=song.title,
        artist_name=song.artist.name,
        song_count=len(playlist.entries),
    )


@toolkit.function
def remove_song_from_playlist(world: World, playlist_entry_id: str) -> RemovedSong:
    """Take a song out of the playlist that it is in.

    Args:
        playlist_entry_id: id of the song's entry in the playlist
    """
    for playlist in world.of(MusicState).playlists:
        for entry in playlist.entries:
            if entry.playlist_entry_id == playlist_entry_id:
                playlist.entries.remove(entry)
                song = song_by_id(world.seed, entry.song_id)
                return RemovedSong(
                    playlist.playlist_id, playlist.playlist_name, entry.song_id, song.title, len(playlist.entries)
                )
    raise ToolError("not_found", f"There is no playlist entry with the id {playlist_entry_id}.")


@toolkit.function
def share_playlist(world: World, playlist_id: str, contact_id: str) -> SharedPlaylist:
    """Share a playlist with a contact, who can then listen to it.

    Args:
        playlist_id: id of the playlist
        contact_id: id of the contact who gets it
    """
    playlist, contact = playlist_of(world, playlist_id), world.contact(contact_id)
    if contact_id in playlist.shared_with:
        raise ToolError("already_exists", f"{contact.full_name} has {playlist.playlist_name} already.")
    playlist.shared_with.append(contact_id)
    everybody = names_of(world, playlist.shared_with)
    return SharedPlaylist(playlist_id, playlist.playlist_name, contact_id, contact.full_name, everybody)


@toolkit.function
def list_speakers(world: World) -> Speakers:
    """List the user's speakers with what they play now and their speaker ids."""
    return Speakers([SpeakerSummary(s.speaker_id, s.room, s.now_playing) for s in world.of(MusicState).speakers])


@toolkit.function
def play_playlist(world: World, playlist_id: str, speaker_id: str) -> PlayingPlaylist:
    """Play a playlist on a speaker.

    Args:
        playlist_id: id of the playlist
        speaker_id: id of the speaker
    """
    playlist, speaker = playlist_of(world, playlist_id), speaker_of(world, speaker_id)
    if not playlist.entries:
        raise ToolError("not_available", f"There is no song in {playlist.playlist_name} yet.")
    speaker.now_playing = playlist.playlist_name
    song, minutes = song_by_id(world.seed, playlist.entries[0].song_id), playlist_minutes(world, playlist)
    return PlayingPlaylist(
        playlist_id=playlist_id,
        playlist_name=playlist.playlist_name,
        room=speaker.room,
        first_song_title=song.title,
        first_artist_name=song.artist.name,
        duration_minutes=minutes,
        ends_at=world.now + timedelta(minutes=minutes),
    )


@toolkit.function
def add_song_to_queue(world: World, song_id: str) -> QueuedSong:
    """Put a song into the queue of what is played next.

    Args:
        song_id: id of the song
    """
    song, state = song_by_id(world.seed, song_id), world.of(MusicState)
    if song_id in state.queue:
        raise ToolError("already_exists", f"“{song.title}” is in the queue already.")
    state.queue.append(song_id)
    return QueuedSong(song_id, song.title, song.artist.name, len(state.queue))


@toolkit.function
def list_listening_history(world: World, limit: Limit = 10) -> ListeningHistory:
    """List the songs that the user listened to last, newest first.

    Args:
        limit: how many songs at most
    """
    return ListeningHistory([played_song(world, p) for p in world.of(MusicState).plays[:limit]])


@toolkit.function
def get_listening_statistics(world: World, period: Period) -> ListeningStatistics:
    """Get how much the user listened to music in the last week, month or year, and the favorites.

    Args:
        period: the time that is looked at, up to now
    """
    return statistics_of(world, period)
