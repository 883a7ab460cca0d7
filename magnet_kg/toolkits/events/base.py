"""The toolkit that the functions of this folder are registered on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import Toolkit
from magnet_kg.toolkits.events.desk import (
    MOST_TICKETS,
)

toolkit = Toolkit("events", category="leisure", description="Shows in any city, and the user's tickets for them.")

TicketCount = Annotated[int, Field(ge=1, le=MOST_TICKETS)]

SEARCH_DAYS = 28
MOST_SHOWS = 10
