"""Shows and their tickets: concerts, theater, sports, exhibitions, comedy and dance."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng, found
from magnet_kg.toolkits.city_names import find_city
from magnet_kg.toolkits.events import box_office
from magnet_kg.toolkits.events.base import MOST_SHOWS, SEARCH_DAYS, TicketCount, toolkit
from magnet_kg.toolkits.events.desk import (
    check_first_day,
    make_events,
    reviews_of,
    show_details,
    summary,
    tickets_left,
    upcoming_show,
    venue_summary,
    waiting_place,
)
from magnet_kg.toolkits.events.performers import performer_called
from magnet_kg.toolkits.events.programme import AREAS, Show, show_by_id, shows_in, tour_of
from magnet_kg.toolkits.events.records import (
    ArtistConcerts,
    CityProgram,
    EventsState,
    FollowedVenues,
    LeftWaitingList,
    ShowDetails,
    ShowMatches,
    ShowReviews,
    VenueDetails,
    VenueFollow,
    VenueMatches,
    VenueProgram,
    Waiting,
    WaitingPlace,
    WaitingPlaces,
)
from magnet_kg.toolkits.events.venues import HOSTS, ShowKind, VenueKind, venue_by_id, venues_in

__all__ = ["box_office", "toolkit"]


@toolkit.state
def make_state(world: World, rng: Random) -> EventsState:
    """Tickets, holds, waiting lists and followed venues."""
    return make_events(world, rng)


@toolkit.function
def search_shows(world: World, city: str, show_kind: ShowKind, from_date: date | None = None) -> CityProgram:
    """Search what is on in a city within four weeks, soonest first, with show ids and ticket prices.

    Args:
        city: name of the city
        show_kind: what kind of show it should be
        from_date: the first day to look at; today if left out
    """
    here = find_city(city)
    if here is None:
        raise ToolError("not_found", f"There is no city called {city} in the program.")
    first = from_date or world.today
    check_first_day(world, first)
    kept = [s for s in _ahead(world, here.name, first, SEARCH_DAYS) if s.kind == show_kind]
    return CityProgram(here.name, [summary(world, s) for s in kept[:MOST_SHOWS]])


@toolkit.function
def search_concerts(world: World, artist_name: str) -> ArtistConcerts:
    """Search the next concerts of an artist or band anywhere, soonest first.

    Args:
        artist_name: name of the artist or band
    """
    artist = performer_called(world.seed, artist_name)
    if artist is None:
        raise ToolError("not_found", f"Nobody called {artist_name} is on the bill anywhere.")
    shows = [s for s in tour_of(world.seed, artist, world.today) if s.starts_at > world.now]
    return ArtistConcerts(artist.name, [summary(world, s) for s in shows[:MOST_SHOWS]])


@toolkit.function
def list_recommended_shows(world: World) -> ShowMatches:
    """List shows of the next weeks that are picked for the user: in the home city and at followed venues."""
    venues = [venue_by_id(world.seed, one) for one in world.of(EventsState).venue_ids]
    towns = dict.fromkeys([world.person.home_city, *(v.city.name for v in venues)])
    rng = derived_rng(world.seed, "recommended", world.today.isoformat())
    followed = {v.venue_id for v in venues}
    kept: list[Show] = []
    for town in towns:
        for show in _ahead(world, town, world.today + timedelta(days=2), 24):
            wanted = show.venue.venue_id in followed or (town == world.person.home_city and rng.random() < 0.25)
            if wanted and all(show.title != other.title for other in kept):
                kept.append(show)
    chosen = rng.sample(kept, min(len(kept), 8))
    return ShowMatches([summary(world, s) for s in sorted(chosen, key=lambda s: (s.starts_at, s.value))])


@toolkit.function
def find_show(world: World, show_name: str) -> ShowMatches:
    """Find a show by its title and get its show id; the performances come soonest first.

    Args:
        show_name: title of the show, or the name of the artist
    """
    wanted = show_name.casefold().strip()
    towns = dict.fromkeys(
        [world.person.home_city, *(venue_by_id(world.seed, v).city.name for v in world.of(EventsState).venue_ids)]
    )
    shows = [s for town in towns for s in _ahead(world, town, world.today, 60) if s.title.casefold() == wanted]
    artist = performer_called(world.seed, show_name)
    if artist is not None and not shows:
        shows = [s for s in tour_of(world.seed, artist, world.today) if s.starts_at > world.now]
    if not shows:
        raise ToolError("not_found", f"There is no show called “{show_name}” on soon.")
    shows.sort(key=lambda s: (s.starts_at, s.value))
    return ShowMatches([summary(world, s) for s in shows[:MOST_SHOWS]])


@toolkit.function
def get_show(world: World, show_id: str) -> ShowDetails:
    """Get everything about one show: venue, times, length, age limit and the range of ticket prices.

    Args:
        show_id: id of the show
    """
    return show_details(show_by_id(world.seed, show_id))


@toolkit.function
def get_show_reviews(world: World, show_id: str) -> ShowReviews:
    """Get what people say who saw a show at an earlier performance.

    Args:
        show_id: id of the show
    """
    show = show_by_id(world.seed, show_id)
    average, count, reviews = reviews_of(world, show)
    return ShowReviews(show.show_id, show.title, average, count, reviews)


@toolkit.function
def search_venues(world: World, city: str, venue_kind: VenueKind) -> VenueMatches:
    """Search the venues of a city where shows are, biggest first, with their venue ids.

    Args:
        city: name of the city
        venue_kind: what kind of venue it should be
    """
    here = find_city(city)
    if here is None:
        raise ToolError("not_found", f"There is no city called {city} in the program.")
    kept = sorted((v for v in venues_in(world.seed, here.name) if v.kind == venue_kind), key=lambda v: -v.capacity)
    return VenueMatches(here.name, [venue_summary(v) for v in kept])


@toolkit.function
def get_venue(world: World, venue_id: str) -> VenueDetails:
    """Get everything about a venue: address, seating, access and how far from the center it is.

    Args:
        venue_id: id of the venue
    """
    venue = venue_by_id(world.seed, venue_id)
    kinds = [kind for kind, hosts in HOSTS.items() if venue.number in hosts]
    areas = dict.fromkeys(name for kind in kinds for name, _ in AREAS[kind])
    return VenueDetails(
        venue_id=venue.venue_id,
        venue_name=venue.name,
        venue_type=venue.kind,
        city=venue.city.name,
        address=venue.address,
        phone=venue.phone,
        seating_capacity=venue.capacity,
        seat_areas=list(areas),
        distance_from_center_km=venue.kilometers,
        step_free_access=venue.step_free,
        parking=venue.parking,
        best_reached=venue.reached,
        followed=venue.venue_id in world.of(EventsState).venue_ids,
    )


@toolkit.function
def list_venue_shows(world: World, venue_id: str) -> VenueProgram:
    """List what is on at a venue within six weeks, soonest first.

    Args:
        venue_id: id of the venue
    """
    venue = venue_by_id(world.seed, venue_id)
    shows = [s for s in _ahead(world, venue.city.name, world.today, 42) if s.venue.venue_id == venue_id]
    return VenueProgram(venue_id, venue.name, venue.city.name, [summary(world, s) for s in shows[:MOST_SHOWS]])


@toolkit.function
def join_waiting_list(world: World, show_id: str, ticket_count: TicketCount = 1) -> WaitingPlace:
    """Join the waiting list for returned tickets of a show of which some area is sold out.

    Args:
        show_id: id of the show
        ticket_count: how many tickets are wanted
    """
    show = upcoming_show(world, show_id)
    state = world.of(EventsState)
    if any(w.show_id == show_id for w in state.waiting):
        raise ToolError("already_exists", f"You are on the waiting list for {show.title} already.")
    if all(tickets_left(world, show)):
        raise ToolError("not_available", f"There is no waiting list for {show.title}: nothing is sold out.")
    place = derived_rng(world.seed, "line", show_id).randint(2, 60)
    waiting = Waiting(world.new_id("wait", 5), show_id, ticket_count, place)
    state.waiting.append(waiting)
    return waiting_place(world, waiting)


@toolkit.function
def list_waiting_lists(world: World) -> WaitingPlaces:
    """List the shows that the user is on a waiting list for, with the place in line."""
    every = [waiting_place(world, w) for w in world.of(EventsState).waiting]
    return WaitingPlaces(sorted(every, key=lambda w: (w.starts_at, w.waiting_list_id)))


@toolkit.function
def leave_waiting_list(world: World, waiting_list_id: str) -> LeftWaitingList:
    """Give up the place on a waiting list.

    Args:
        waiting_list_id: id of the place on a waiting list
    """
    state = world.of(EventsState)
    waiting = found(state.waiting, "waiting_list_id", waiting_list_id, "waiting list")
    state.waiting.remove(waiting)
    show = show_by_id(world.seed, waiting.show_id)
    return LeftWaitingList(show.show_id, show.title, True)


@toolkit.function
def follow_venue(world: World, venue_id: str) -> VenueFollow:
    """Follow a venue, to hear of its new shows first.

    Args:
        venue_id: id of the venue
    """
    venue = venue_by_id(world.seed, venue_id)
    state = world.of(EventsState)
    if venue_id in state.venue_ids:
        raise ToolError("already_exists", f"You follow the {venue.name} already.")
    state.venue_ids.append(venue_id)
    return VenueFollow(venue_id, venue.name, venue.city.name, True, len(state.venue_ids))


@toolkit.function
def list_followed_venues(world: World) -> FollowedVenues:
    """List the venues that the user follows, with their venue ids."""
    venues = [venue_by_id(world.seed, one) for one in world.of(EventsState).venue_ids]
    return FollowedVenues([venue_summary(v) for v in venues])


def _ahead(world: World, city: str, first: date, days: int) -> list[Show]:
    return [s for s in shows_in(world.seed, city, first, days) if s.starts_at > world.now]
