"""The catalogue of nodes: what a place may be."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.corridor.border import BorderSpec
from sim.corridor.terminal import TerminalSpec

NodeSpec = Annotated[TerminalSpec | BorderSpec, Field(discriminator="type")]
