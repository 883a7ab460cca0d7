"""The rules of the box office: what is left, what it costs, what can be given back; and what the user begins with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, cities, derived_rng, found, words
from magnet_kg.toolkits.conversions.rates import exchange
from magnet_kg.toolkits.events.programme import AREAS, Show, offer_by_id, offer_id, show_by_id, shows_in
from magnet_kg.toolkits.events.records import (
    BoughtTickets,
    EventsState,
    Hold,
    ShowDetails,
    ShowReview,
    ShowSummary,
    Ticket,
    TicketDetails,
    TicketHold,
    TicketSummary,
    VenueSummary,
    Waiting,
    WaitingPlace,
)
from magnet_kg.toolkits.events.venues import Venue, venues_in

MOST_TICKETS = 8
HOLD_HOURS = 24
FREE_DAYS = 14
FEE_SHARE = 0.15
_PRAISE = (
    "Left with a grin that lasted the whole way home.",
    "Two people near me cried, and I was one of them.",
    "Worth every cent, and then some.",
    "My teenager put the phone away, which says it all.",
    "Went in skeptical, came out telling everybody.",
)
_MIXED = (
    "Strong start, sags a little in the middle.",
    "Good fun, though the crowd at the door was a trial.",
    "Liked it more than my husband did.",
    "Pleasant, if not something I'd travel for.",
)
_BLAME = (
    "Half an hour shorter would have been kinder.",
    "Not what the posters had me hope for.",
    "I kept checking my watch.",
    "Pretty to look at and not much else.",
)


def make_events(world: World, rng: Random) -> EventsState:
    """Two or three tickets, one or two holds, a waiting list and three venues of a user who likes to go out."""
    state = EventsState()
    home = world.person.home_city
    away = rng.choice(sorted(name for name in cities() if name != home))
    near = shows_in(world.seed, home, world.today + timedelta(days=3), 32)
    far = shows_in(world.seed, away, world.today + timedelta(days=6), 14)
    rng.shuffle(near)
    chosen: list[Show] = []
    for show in [*near[:12], *far[:1], *near[12:]]:
        if all(show.title != other.title for other in chosen):
            chosen.append(show)
    bought, held = rng.choice([2, 3, 3]), rng.choice([1, 2])
    if far and rng.random() < 0.5:
        chosen.insert(1, next((s for s in far if all(s.title != c.title for c in chosen)), chosen.pop()))
    for show in chosen[:bought]:
        area, count = rng.randrange(len(AREAS[show.kind])), rng.choice([1, 2, 2, 3, 4])
        state.tickets.append(make_ticket(world, show, area, count, rng.choice(world.cards).card_id))
    open_shows = [s for s in chosen[bought:] if any(s.left(world.seed))]
    for show in open_shows[:held]:
        area = max(range(len(AREAS[show.kind])), key=show.left(world.seed).__getitem__)
        expires = world.now + timedelta(hours=rng.randrange(14, 46))
        state.holds.append(
            Hold(world.new_id("hold", 5), offer_id(world.seed, show, area), rng.choice([1, 2, 2, 4]), expires)
        )
    full = [s for s in chosen[bought:] if 0 in s.left(world.seed) and s not in open_shows[:held]]
    for show in full[: rng.choice([1, 1, 2])]:
        state.waiting.append(
            Waiting(world.new_id("wait", 5), show.show_id, rng.choice([1, 2, 2]), rng.randrange(2, 40))
        )
    state.venue_ids = [v.venue_id for v in rng.sample(venues_in(world.seed, home), 2)]
    state.venue_ids.append(rng.choice(venues_in(world.seed, away)).venue_id)
    return state


def make_ticket(world: World, show: Show, area: int, count: int, card_id: str) -> Ticket:
    """Tickets with their seats, side by side."""
    ticket_id = world.new_id("tkt", 6)
    rng = derived_rng(world.seed, "seats", ticket_id)
    name = AREAS[show.kind][area][0]
    row, first = rng.choice("ABCDEFGHKLMNP"), rng.randint(1, 28)
    free = name in ("standing room", "general entry", "guided tour")
    seats = ["free seating"] if free else [f"row {row}, seat {first + n}" for n in range(count)]
    total = round(show.price(area) * count, 2)
    if free:
        seats *= count
    return Ticket(ticket_id, show.show_id, name, seats, total, card_id, exchange(total, show.currency, "USD"))


def upcoming_show(world: World, show_id: str) -> Show:
    """A show that has not begun, or an error."""
    show = show_by_id(world.seed, show_id)
    if show.starts_at <= world.now:
        raise ToolError("closed", f"{show.title} has already taken place.")
    return show


def tickets_left(world: World, show: Show) -> list[int]:
    """What can still be had of each area, the user's own holds taken off."""
    left = show.left(world.seed)
    state = world.of(EventsState)
    for hold in state.holds:
        held, area = offer_by_id(world.seed, hold.ticket_offer_id)
        if held.value == show.value:
            left[area] = max(left[area] - hold.ticket_count, 0)
    return left


def offered(world: World, ticket_offer_id: str, ticket_count: int) -> tuple[Show, int]:
    """The show and area of an offer of which that many tickets are left."""
    show, area = offer_by_id(world.seed, ticket_offer_id)
    upcoming_show(world, show.show_id)
    left = tickets_left(world, show)[area]
    name = AREAS[show.kind][area][0]
    if not left:
        raise ToolError("sold_out", f"There are no {name} tickets left for {show.title}.")
    if ticket_count > left:
        raise ToolError("not_available", f"Only {left} {name} tickets are left for {show.title}.")
    return show, area


def buy(world: World, show: Show, area: int, count: int, card_id: str) -> Ticket:
    """Charge a card and hand out tickets."""
    world.card(card_id)
    ticket = make_ticket(world, show, area, count, card_id)
    world.charge(card_id, ticket.charged, show.venue.name, "entertainment")
    world.of(EventsState).tickets.append(ticket)
    return ticket


def hold_of(world: World, ticket_hold_id: str) -> Hold:
    """A hold of the user that has not expired, or an error."""
    hold = found(world.of(EventsState).holds, "ticket_hold_id", ticket_hold_id, "ticket hold")
    if hold.expires_at < world.now:
        raise ToolError("expired", "These tickets are no longer on hold.")
    return hold


def valid_ticket(world: World, ticket_id: str) -> tuple[Ticket, Show]:
    """Tickets that are still the user's, and their show, which has not begun."""
    ticket = found(world.of(EventsState).tickets, "ticket_id", ticket_id, "ticket")
    show = show_by_id(world.seed, ticket.show_id)
    if ticket.status == "refunded":
        raise ToolError("conflict", f"The tickets for {show.title} have been given back.")
    if ticket.status == "transferred":
        raise ToolError("conflict", f"The tickets for {show.title} have been passed on to somebody else.")
    upcoming_show(world, show.show_id)
    return ticket, show


def summary(world: World, show: Show) -> ShowSummary:
    """A show as lists have it."""
    return ShowSummary(
        show_id=show.show_id,
        show_title=show.title,
        show_type=show.kind,
        venue_name=show.venue.name,
        city=show.venue.city.name,
        starts_at=show.starts_at,
        time_zone=show.venue.city.time_zone,
        lowest_price=min(show.price(area) for area in range(len(AREAS[show.kind]))),
        currency=show.currency,
        sold_out=not any(tickets_left(world, show)),
    )


def venue_summary(venue: Venue) -> VenueSummary:
    """A venue as lists have it."""
    return VenueSummary(venue.venue_id, venue.name, venue.kind, venue.city.name, venue.capacity, venue.kilometers)


def hold_summary(world: World, hold: Hold) -> TicketHold:
    """A hold with its show."""
    show, area = offer_by_id(world.seed, hold.ticket_offer_id)
    return TicketHold(
        ticket_hold_id=hold.ticket_hold_id,
        show_id=show.show_id,
        show_title=show.title,
        seat_area=AREAS[show.kind][area][0],
        number_of_tickets=hold.ticket_count,
        total_price=round(show.price(area) * hold.ticket_count, 2),
        currency=show.currency,
        expires_at=hold.expires_at,
    )


def ticket_summary(world: World, ticket: Ticket) -> TicketSummary:
    """Tickets with their show."""
    show = show_by_id(world.seed, ticket.show_id)
    return TicketSummary(
        ticket_id=ticket.ticket_id,
        show_id=show.show_id,
        show_title=show.title,
        show_type=show.kind,
        venue_name=show.venue.name,
        city=show.venue.city.name,
        starts_at=show.starts_at,
        time_zone=show.venue.city.time_zone,
        number_of_tickets=len(ticket.seats),
        total_price=ticket.total_price,
        currency=show.currency,
    )


def waiting_place(world: World, waiting: Waiting) -> WaitingPlace:
    """A place on a waiting list with its show."""
    show = show_by_id(world.seed, waiting.show_id)
    return WaitingPlace(
        waiting_list_id=waiting.waiting_list_id,
        show_id=show.show_id,
        show_title=show.title,
        city=show.venue.city.name,
        starts_at=show.starts_at,
        time_zone=show.venue.city.time_zone,
        number_of_tickets=waiting.ticket_count,
        place_in_line=waiting.place_in_line,
    )


def show_details(show: Show) -> ShowDetails:
    """All about a show."""
    prices = [show.price(area) for area in range(len(AREAS[show.kind]))]
    return ShowDetails(
        show_id=show.show_id,
        show_title=show.title,
        show_type=show.kind,
        venue_id=show.venue.venue_id,
        venue_name=show.venue.name,
        city=show.venue.city.name,
        address=show.venue.address,
        starts_at=show.starts_at,
        doors_open_at=doors(show),
        time_zone=show.venue.city.time_zone,
        duration_minutes=show.minutes,
        minimum_age=show.youngest,
        lowest_price=min(prices),
        highest_price=max(prices),
        currency=show.currency,
    )


def ticket_details(world: World, ticket: Ticket) -> TicketDetails:
    """All about tickets."""
    show = show_by_id(world.seed, ticket.show_id)
    return TicketDetails(
        ticket_id=ticket.ticket_id,
        ticket_code=f"{derived_rng(world.seed, 'code', ticket.ticket_id).randrange(16**7, 16**8):X}",
        ticket_status=ticket.status,
        show_id=show.show_id,
        show_title=show.title,
        venue_id=show.venue.venue_id,
        venue_name=show.venue.name,
        address=show.venue.address,
        city=show.venue.city.name,
        starts_at=show.starts_at,
        doors_open_at=doors(show),
        time_zone=show.venue.city.time_zone,
        seat_area=ticket.seat_area,
        seats=list(ticket.seats),
        number_of_tickets=len(ticket.seats),
        total_price=ticket.total_price,
        currency=show.currency,
        card_last_four=world.card(ticket.card_id).last_four,
    )


def bought(ticket: Ticket, show: Show) -> BoughtTickets:
    """Tickets just after the purchase."""
    return BoughtTickets(
        ticket_id=ticket.ticket_id,
        show_id=show.show_id,
        show_title=show.title,
        venue_name=show.venue.name,
        city=show.venue.city.name,
        starts_at=show.starts_at,
        time_zone=show.venue.city.time_zone,
        seat_area=ticket.seat_area,
        number_of_tickets=len(ticket.seats),
        seats=list(ticket.seats),
        total_price=ticket.total_price,
        currency=show.currency,
    )


def refund_terms(world: World, ticket: Ticket, show: Show) -> tuple[float, float]:
    """What is given back for tickets today, and the fee that is kept."""
    hours = (show.starts_at - world.now).total_seconds() / 3600
    if hours < 24:
        raise ToolError("closed", f"Tickets for {show.title} cannot be given back on the last day.")
    early = (show.starts_at.date() - world.today).days >= FREE_DAYS
    fee = 0.0 if early else round(ticket.total_price * FEE_SHARE, 2)
    return round(ticket.total_price - fee, 2), fee


def reviews_of(world: World, show: Show) -> tuple[float, int, list[ShowReview]]:
    """The average, how many there are, and the newest reviews of a show."""
    rng = derived_rng(world.seed, "show reviews", show.title)
    liked = rng.uniform(2.6, 4.9)
    reviews = []
    used: set[str] = set()
    for name in rng.sample(words("first_names"), 3):
        stars = max(1, min(5, round(rng.gauss(liked, 0.7))))
        pool = _PRAISE if stars >= 4 else _MIXED if stars == 3 else _BLAME
        text = rng.choice([t for t in pool if t not in used])
        used.add(text)
        reviews.append(ShowReview(name, stars, text))
    return round(liked, 1), rng.randint(12, 640), reviews


def check_first_day(world: World, first: date) -> None:
    """Raise `invalid_date` for a day on which nothing can be looked up."""
    if first < world.today:
        raise ToolError("invalid_date", f"{first.isoformat()} is in the past.")
    if (first - world.today).days > 365:
        raise ToolError("invalid_date", f"The program is known a year ahead, {first.isoformat()} is later.")


def doors(show: Show) -> datetime:
    """When people are let in."""
    return show.starts_at - timedelta(minutes=30 if show.kind in ("theater", "dance", "exhibition") else 60)
