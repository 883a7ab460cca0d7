"""The toolkit that the functions of this folder are registered on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import Toolkit

toolkit = Toolkit("music", category="leisure", description="Songs, playlists, podcasts, audiobooks and their player.")

Limit = Annotated[int, Field(ge=1, le=20)]
MOST_SONGS = 8
