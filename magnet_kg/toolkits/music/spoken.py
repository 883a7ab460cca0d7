"""Podcasts and audiobooks, and the plan that pays for all of it."""

from __future__ import annotations

from datetime import timedelta

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.music.base import toolkit
from magnet_kg.toolkits.music.own import (
    audiobook_summary,
    speaker_of,
)
from magnet_kg.toolkits.music.records import (
    AudiobookMatches,
    BoughtAudiobook,
    ChangedPlan,
    Episodes,
    EpisodeSummary,
    MusicPlan,
    MusicPlans,
    MusicState,
    PlayingEpisode,
    PodcastMatches,
    PodcastSummary,
)
from magnet_kg.toolkits.music.shelves import (
    EPISODES,
    BookGenre,
    PodcastTopic,
    audiobooks,
    by_id,
    episodes_of,
    plans,
    podcasts,
)


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
        card_id=card_id,
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
        card_id=card_id,
    )
