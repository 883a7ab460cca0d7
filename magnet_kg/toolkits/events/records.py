"""What the functions return, and what the user has bought, put on hold, waits for and follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from magnet_kg.toolkits.events.venues import ShowKind, VenueKind

TicketStatus = Literal["valid", "transferred", "refunded"]


@dataclass(slots=True)
class Ticket:
    """Seats of one show that were bought together; `charged` is in US dollars."""

    ticket_id: str
    show_id: str
    seat_area: str
    seats: list[str]
    total_price: float
    card_id: str
    charged: float
    status: TicketStatus = "valid"


@dataclass(slots=True)
class Hold:
    """Tickets that are kept for the user until a moment."""

    ticket_hold_id: str
    ticket_offer_id: str
    ticket_count: int
    expires_at: datetime


@dataclass(slots=True)
class Waiting:
    """A place on the waiting list of a show."""

    waiting_list_id: str
    show_id: str
    ticket_count: int
    place_in_line: int


@dataclass(slots=True)
class EventsState:
    """The user's tickets, holds, waiting lists and venues."""

    tickets: list[Ticket] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    venue_ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ShowSummary:
    """A show in a list; `lowest_price` is what the cheapest ticket costs."""

    show_id: str
    show_title: str
    show_type: ShowKind
    venue_name: str
    city: str
    starts_at: datetime
    time_zone: str
    lowest_price: float
    currency: str
    sold_out: bool


@dataclass(slots=True)
class CityProgram:
    """What is on in a city, soonest first."""

    city: str
    shows: list[ShowSummary]


@dataclass(slots=True)
class VenueProgram:
    """What is on at a venue, soonest first."""

    venue_id: str
    venue_name: str
    city: str
    shows: list[ShowSummary]


@dataclass(slots=True)
class ArtistConcerts:
    """The concerts of an artist, soonest first."""

    artist_name: str
    shows: list[ShowSummary]


@dataclass(slots=True)
class ShowMatches:
    """Shows that fit, soonest first."""

    shows: list[ShowSummary]


@dataclass(slots=True)
class ShowDetails:
    """All about one show; a `minimum_age` of 0 is no limit."""

    show_id: str
    show_title: str
    show_type: ShowKind
    venue_id: str
    venue_name: str
    city: str
    address: str
    starts_at: datetime
    doors_open_at: datetime
    time_zone: str
    duration_minutes: int
    minimum_age: int
    lowest_price: float
    highest_price: float
    currency: str


@dataclass(slots=True)
class ShowReview:
    """What somebody who saw it wrote."""

    reviewer_name: str
    stars: int
    review_text: str


@dataclass(slots=True)
class ShowReviews:
    """What people say who saw a show before."""

    show_id: str
    show_title: str
    average_stars: float
    review_count: int
    reviews: list[ShowReview]


@dataclass(slots=True)
class VenueDetails:
    """All about one venue."""

    venue_id: str
    venue_name: str
    venue_type: VenueKind
    city: str
    address: str
    phone: str
    seating_capacity: int
    seat_areas: list[str]
    distance_from_center_km: float
    step_free_access: bool
    parking: bool
    best_reached: str
    followed: bool


@dataclass(slots=True)
class TicketOffer:
    """Tickets of one area of a show; `ticket_price` is for one."""

    ticket_offer_id: str
    seat_area: str
    ticket_price: float
    currency: str
    tickets_left: int


@dataclass(slots=True)
class TicketOffers:
    """The tickets of a show that can still be had, cheapest first, and the areas that are sold out."""

    show_id: str
    show_title: str
    venue_name: str
    starts_at: datetime
    time_zone: str
    ticket_offers: list[TicketOffer]
    sold_out_areas: list[str]


@dataclass(slots=True)
class TicketHold:
    """Tickets that are kept for the user."""

    ticket_hold_id: str
    show_id: str
    show_title: str
    seat_area: str
    number_of_tickets: int
    total_price: float
    currency: str
    expires_at: datetime


@dataclass(slots=True)
class TicketHolds:
    """All tickets on hold, those that expire first in front."""

    ticket_holds: list[TicketHold]


@dataclass(slots=True)
class ReleasedHold:
    """Tickets that are no longer kept."""

    show_id: str
    show_title: str
    number_of_tickets: int
    released: bool


@dataclass(slots=True)
class BoughtTickets:
    """Tickets that are the user's now."""

    ticket_id: str
    show_id: str
    show_title: str
    venue_name: str
    city: str
    starts_at: datetime
    time_zone: str
    seat_area: str
    number_of_tickets: int
    seats: list[str]
    total_price: float
    currency: str


@dataclass(slots=True)
class TicketSummary:
    """Tickets in a list."""

    ticket_id: str
    show_id: str
    show_title: str
    show_type: ShowKind
    venue_name: str
    city: str
    starts_at: datetime
    time_zone: str
    number_of_tickets: int
    total_price: float
    currency: str


@dataclass(slots=True)
class TicketList:
    """The user's tickets for what is still ahead, soonest first."""

    tickets: list[TicketSummary]


@dataclass(slots=True)
class TicketDetails:
    """All about tickets that the user has bought."""

    ticket_id: str
    ticket_code: str
    ticket_status: TicketStatus
    show_id: str
    show_title: str
    venue_id: str
    venue_name: str
    address: str
    city: str
    starts_at: datetime
    doors_open_at: datetime
    time_zone: str
    seat_area: str
    seats: list[str]
    number_of_tickets: int
    total_price: float
    currency: str
    card_last_four: str


@dataclass(slots=True)
class TransferredTickets:
    """Tickets that somebody else has now."""

    show_title: str
    starts_at: datetime
    time_zone: str
    number_of_tickets: int
    contact_id: str
    recipient: str
    recipient_email: str


@dataclass(slots=True)
class RefundedTickets:
    """What is given back for tickets."""

    show_id: str
    show_title: str
    number_of_tickets: int
    refund_amount: float
    cancellation_fee: float
    currency: str


@dataclass(slots=True)
class WaitingPlace:
    """A place on a waiting list, 1 being the front of the line."""

    waiting_list_id: str
    show_id: str
    show_title: str
    city: str
    starts_at: datetime
    time_zone: str
    number_of_tickets: int
    place_in_line: int


@dataclass(slots=True)
class WaitingPlaces:
    """All waiting lists that the user is on, soonest show first."""

    waiting_lists: list[WaitingPlace]


@dataclass(slots=True)
class LeftWaitingList:
    """A waiting list that the user is no longer on."""

    show_id: str
    show_title: str
    left: bool


@dataclass(slots=True)
class VenueSummary:
    """A venue in a list."""

    venue_id: str
    venue_name: str
    venue_type: VenueKind
    city: str
    seating_capacity: int
    distance_from_center_km: float


@dataclass(slots=True)
class VenueMatches:
    """Venues of a city, biggest first."""

    city: str
    venues: list[VenueSummary]


@dataclass(slots=True)
class FollowedVenues:
    """All venues that the user follows."""

    venues: list[VenueSummary]


@dataclass(slots=True)
class VenueFollow:
    """Whether a venue is followed now, and how many are."""

    venue_id: str
    venue_name: str
    city: str
    following: bool
    followed_venue_count: int
