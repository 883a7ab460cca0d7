"""Tickets: offers, holds, purchases, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.events.base import TicketCount, toolkit
from magnet_kg.toolkits.events.desk import (
    HOLD_HOURS,
    bought,
    buy,
    hold_of,
    hold_summary,
    offered,
    refund_terms,
    ticket_details,
    ticket_summary,
    tickets_left,
    upcoming_show,
    valid_ticket,
)
from magnet_kg.toolkits.events.programme import AREAS, offer_by_id, offer_id
from magnet_kg.toolkits.events.records import (
    BoughtTickets,
    EventsState,
    Hold,
    RefundedTickets,
    ReleasedHold,
    TicketDetails,
    TicketHold,
    TicketHolds,
    TicketList,
    TicketOffer,
    TicketOffers,
    TransferredTickets,
)


@toolkit.function
def list_ticket_offers(world: World, show_id: str) -> TicketOffers:
    """List the tickets of a show that are for sale, cheapest first, with prices, what is left and ticket offer ids.

    Args:
        show_id: id of the show
    """
    show = upcoming_show(world, show_id)
    left = tickets_left(world, show)
    names = [name for name, _ in AREAS[show.kind]]
    offers = [
        TicketOffer(offer_id(world.seed, show, area), names[area], show.price(area), show.currency, left[area])
        for area in range(len(names))
        if left[area]
    ]
    return TicketOffers(
        show_id=show.show_id,
        show_title=show.title,
        venue_name=show.venue.name,
        starts_at=show.starts_at,
        time_zone=show.venue.city.time_zone,
        ticket_offers=sorted(offers, key=lambda offer: offer.ticket_price),
        sold_out_areas=[name for name, free in zip(names, left, strict=True) if not free],
    )


@toolkit.function
def hold_tickets(world: World, ticket_offer_id: str, ticket_count: TicketCount) -> TicketHold:
    """Put tickets on hold for a day without paying.

    Args:
        ticket_offer_id: id of the ticket offer
        ticket_count: how many tickets
    """
    offered(world, ticket_offer_id, ticket_count)
    state = world.of(EventsState)
    if any(h.ticket_offer_id == ticket_offer_id for h in state.holds):
        show, _ = offer_by_id(world.seed, ticket_offer_id)
        raise ToolError("already_exists", f"Such tickets for {show.title} are on hold already.")
    hold = Hold(world.new_id("hold", 5), ticket_offer_id, ticket_count, world.now + timedelta(hours=HOLD_HOURS))
    state.holds.append(hold)
    return hold_summary(world, hold)


@toolkit.function
def list_held_tickets(world: World) -> TicketHolds:
    """List the tickets that are on hold for the user and not paid for yet."""
    holds = [h for h in world.of(EventsState).holds if h.expires_at >= world.now]
    return TicketHolds([hold_summary(world, h) for h in sorted(holds, key=lambda h: (h.expires_at, h.ticket_hold_id))])


@toolkit.function
def pay_for_held_tickets(world: World, ticket_hold_id: str, card_id: str) -> BoughtTickets:
    """Buy the tickets that are on hold, with a card.

    Args:
        ticket_hold_id: id of the ticket hold
        card_id: id of the payment card
    """
    hold = hold_of(world, ticket_hold_id)
    show, area = offer_by_id(world.seed, hold.ticket_offer_id)
    upcoming_show(world, show.show_id)
    ticket = buy(world, show, area, hold.ticket_count, card_id)
    world.of(EventsState).holds.remove(hold)
    return bought(ticket, show)


@toolkit.function
def release_held_tickets(world: World, ticket_hold_id: str) -> ReleasedHold:
    """Give up tickets that are on hold, so that others can have them.

    Args:
        ticket_hold_id: id of the ticket hold
    """
    hold = hold_of(world, ticket_hold_id)
    show, _ = offer_by_id(world.seed, hold.ticket_offer_id)
    world.of(EventsState).holds.remove(hold)
    return ReleasedHold(show.show_id, show.title, hold.ticket_count, True)


@toolkit.function
def buy_tickets(world: World, ticket_offer_id: str, ticket_count: TicketCount, card_id: str) -> BoughtTickets:
    """Buy tickets of an offer and pay for them with a card.

    Args:
        ticket_offer_id: id of the ticket offer
        ticket_count: how many tickets
        card_id: id of the payment card
    """
    show, area = offered(world, ticket_offer_id, ticket_count)
    return bought(buy(world, show, area, ticket_count, card_id), show)


@toolkit.function
def list_tickets(world: World) -> TicketList:
    """List the user's own tickets for what is still ahead, soonest first."""
    valid = [t for t in world.of(EventsState).tickets if t.status == "valid"]
    every = [ticket_summary(world, t) for t in valid]
    return TicketList(sorted((t for t in every if t.starts_at > world.now), key=lambda t: (t.starts_at, t.ticket_id)))


@toolkit.function
def view_ticket(world: World, ticket_id: str) -> TicketDetails:
    """Get everything about tickets that the user has: seats, doors, entry code, address and what was paid.

    Args:
        ticket_id: id of the tickets
    """
    ticket = found(world.of(EventsState).tickets, "ticket_id", ticket_id, "ticket")
    return ticket_details(world, ticket)


@toolkit.function
def transfer_ticket(world: World, ticket_id: str, contact_id: str) -> TransferredTickets:
    """Pass tickets on to a contact, who gets them by e-mail.

    Args:
        ticket_id: id of the tickets
        contact_id: id of the contact who gets them
    """
    contact = world.contact(contact_id)
    ticket, show = valid_ticket(world, ticket_id)
    ticket.status = "transferred"
    return TransferredTickets(
        show.title,
        show.starts_at,
        show.venue.city.time_zone,
        len(ticket.seats),
        contact_id,
        contact.full_name,
        contact.email,
    )


@toolkit.function
def refund_ticket(world: World, ticket_id: str) -> RefundedTickets:
    """Give tickets back; within two weeks of the show a fee is kept.

    Args:
        ticket_id: id of the tickets
    """
    ticket, show = valid_ticket(world, ticket_id)
    refund, fee = refund_terms(world, ticket, show)
    charged = round(ticket.charged * refund / ticket.total_price, 2)
    world.refund(ticket.card_id, charged, show.venue.name, "entertainment")
    ticket.status = "refunded"
    return RefundedTickets(show.show_id, show.title, len(ticket.seats), refund, fee, show.currency)
