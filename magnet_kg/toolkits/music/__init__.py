"""Music, podcasts and audiobooks: finding them, playing them, and what the user keeps of them."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, derived_rng
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.events.performers import MusicGenre, performer_called
from magnet_kg.toolkits.music.own import (
    artist_summary,
    audiobook_summary,
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
    AudiobookMatches,
    BoughtAudiobook,
    ChangedPlan,
    CreatedPlaylist,
    Episodes,
    EpisodeSummary,
    FollowedArtists,
    ListeningHistory,
    ListeningStatistics,
    MusicPlan,
    MusicPlans,
    MusicState,
    Period,
    PlayingEpisode,
    PlayingPlaylist,
    Playlist,
    PlaylistDetails,
    PlaylistEntry,
    Playlists,
    PlaylistSummary,
    PodcastMatches,
    PodcastSummary,
    QueuedSong,
    RemovedSong,
    SharedPlaylist,
    SongMatches,
    Speakers,
    SpeakerSummary,
)
from magnet_kg.toolkits.music.shelves import (
    EPISODES,
    BookGenre,
    Mood,
    PodcastTopic,
    artist_by_id,
    audiobooks,
    by_id,
    episodes_of,
    plans,
    podcasts,
    song_by_id,
    songs,
)

toolkit = Toolkit("music", category="leisure", description="Songs, playlists, podcasts, audiobooks and their player.")

Limit = Annotated[int, Field(ge=1, le=20)]
MOST_SONGS = 8


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


@toolkit.function
def search_podcasts(world: World, podcast_topic: PodcastTopic) -> PodcastMatches:
    """Search podcasts on a topic, best rated first, with their podcast ids.

    Args:
        podcast_topic: what the podcast is about
    """
    kept = sorted((p for p in podcasts(world.seed) if p.topic == podcast_topic), key=lambda p: -p.rating)
    return PodcastMatches(
        [PodcastSummary(hide(world.seed, "pod", p.number), p.title, p.host, p.rating, p.episodes) for p in kept],
    )


@toolkit.function
def list_podcast_episodes(world: World, podcast_id: str) -> Episodes:
    """List the newest episodes of a podcast with their lengths and episode ids, newest first.

    Args:
        podcast_id: id of the podcast
    """
    podcast = by_id(world.seed, "pod", podcast_id, podcasts(world.seed), "podcast")
    return Episodes(
        podcast_id,
        podcast.title,
        [
            EpisodeSummary(
                hide(world.seed, "ep", podcast.number * EPISODES + e.back), e.title, e.published_on, e.minutes
            )
            for e in episodes_of(world.seed, podcast, world.today)
        ],
    )


@toolkit.function
def play_episode(world: World, episode_id: str, speaker_id: str) -> PlayingEpisode:
    """Play an episode of a podcast on a speaker.

    Args:
        episode_id: id of the episode
        speaker_id: id of the speaker
    """
    value = reveal(world.seed, "ep", episode_id)
    if value is None or value >= len(podcasts(world.seed)) * EPISODES:
        raise ToolError("not_found", f"There is no episode with the id {episode_id}.")
    podcast = podcasts(world.seed)[value // EPISODES]
    episode = episodes_of(world.seed, podcast, world.today)[value % EPISODES]
    speaker = speaker_of(world, speaker_id)
    speaker.now_playing = f"{podcast.title}: {episode.title}"
    return PlayingEpisode(
        episode_id=episode_id,
        episode_title=episode.title,
        podcast_title=podcast.title,
        room=speaker.room,
        duration_minutes=episode.minutes,
        ends_at=world.now + timedelta(minutes=episode.minutes),
    )


@toolkit.function
def search_audiobooks(world: World, book_genre: BookGenre) -> AudiobookMatches:
    """Search audiobooks of a genre, best rated first, with lengths, prices and audiobook ids.

    Args:
        book_genre: genre of the book
    """
    kept = sorted((b for b in audiobooks(world.seed) if b.genre == book_genre), key=lambda b: -b.rating)
    return AudiobookMatches([audiobook_summary(world, b) for b in kept])


@toolkit.function
def buy_audiobook(world: World, audiobook_id: str, card_id: str) -> BoughtAudiobook:
    """Buy an audiobook with a card.

    Args:
        audiobook_id: id of the audiobook
        card_id: id of the payment card
    """
    book = by_id(world.seed, "book", audiobook_id, audiobooks(world.seed), "audiobook")
    state = world.of(MusicState)
    if audiobook_id in state.audiobook_ids:
        raise ToolError("already_exists", f"{book.title} is in your library already.")
    world.charge(card_id, book.price, "Audiobook Store", "entertainment")
    state.audiobook_ids.append(audiobook_id)
    return BoughtAudiobook(
        audiobook_id=audiobook_id,
        audiobook_title=book.title,
        author_name=book.author,
        duration_minutes=book.minutes,
        audiobook_price=book.price,
        currency=world.person.currency,
        owned_audiobook_count=len(state.audiobook_ids),
    )


@toolkit.function
def list_music_plans(world: World) -> MusicPlans:
    """List the subscription plans of the music service, cheapest first, and which one the user has."""
    own = world.of(MusicState).music_plan_id
    return MusicPlans(
        [
            MusicPlan(
                p.music_plan_id, p.name, p.price, world.person.currency, p.accounts, p.downloads, p.music_plan_id == own
            )
            for p in plans(world.seed)
        ]
    )


@toolkit.function
def change_music_plan(world: World, music_plan_id: str, card_id: str) -> ChangedPlan:
    """Change to another subscription plan and pay its first month with a card.

    Args:
        music_plan_id: id of the new plan
        card_id: id of the payment card
    """
    state, known = world.of(MusicState), {p.music_plan_id: p for p in plans(world.seed)}
    plan = known.get(music_plan_id)
    if plan is None:
        raise ToolError("not_found", f"There is no music plan with the id {music_plan_id}.")
    if music_plan_id == state.music_plan_id:
        raise ToolError("conflict", f"You have the {plan.name} plan already.")
    card = world.card(card_id)
    world.charge(card_id, plan.price, "Music subscription", "entertainment")
    before, state.music_plan_id = known[state.music_plan_id], music_plan_id
    return ChangedPlan(
        music_plan_id=music_plan_id,
        plan_name=plan.name,
        previous_plan_name=before.name,
        monthly_price=plan.price,
        currency=world.person.currency,
        next_charge_date=world.today + timedelta(days=30),
        card_last_four=card.last_four,
    )
