"""What the system message states, and so what any value may come from without being said."""

from __future__ import annotations

from datetime import datetime

from magnet_kg.domain.record import Record


class Context(Record):
    """The stated facts of a dialogue: the local time at the start and who is speaking."""

    now: datetime
    user_name: str
    home_city: str
    time_zone: str
    currency: str
