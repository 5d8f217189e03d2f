"""One name per unit, and `Spec`, the frozen base of everything a planner may write.

Inside the model there are hours, kilometres and TEU; calendar dates live at the edge (see `scenario.Period`).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Hours = Annotated[float, Field(ge=0, le=1_000_000)]
Km = Annotated[float, Field(gt=0, le=100_000)]
Teu = Annotated[int, Field(ge=1, le=1_000_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1, le=10_000)]
PerYear = Annotated[float, Field(ge=0, le=100_000_000)]
LONGEST_TEXT = 400
Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
Key = Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w{0,62}$")]
"""The name of a thing: a letter (Chinese too), then letters, digits and underscores; 63 at most."""

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Direction = Literal["outbound", "inbound"]
Cargo = Literal["local", "hub"]
Mode = Literal["train", "vessel", "air"]


def day_of(text: str) -> date:
    """The calendar day that `text` names. Raises ValueError unless it is a day, written as YYYY-MM-DD."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        message = f"'{text}' is not a day; write it as YYYY-MM-DD"
        raise ValueError(message)
    return day


def _as_day(written: Any) -> Any:
    return day_of(written) if isinstance(written, str) else written


Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31)), BeforeValidator(_as_day)]
"""A calendar day, `2020-01-31`."""

DIRECTIONS: tuple[Direction, ...] = ("outbound", "inbound")

HOURS_PER_DAY = 24.0
HOURS_PER_YEAR = 8760.0


class Spec(BaseModel):
    """A noun as a planner writes it: frozen, complete, unknown keys forbidden, nothing converted silently."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )

    def but(self, **changes: Any) -> Self:
        """This spec with some fields replaced, checked again (`model_copy` would not check).

        Raises pydantic.ValidationError when the result is not a valid spec.
        """
        return type(self).model_validate({**self.model_dump(by_alias=True, exclude_unset=True), **changes})


class Name(Spec):
    """A name in Chinese and in English."""

    zh: Text
    """in Chinese"""
    en: Text
    """in English"""

    def of(self, lang: str) -> str:
        """The name in language `lang` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en


def _both(written: Any) -> Any:
    return {"zh": written, "en": written} if isinstance(written, str) else written


Bilingual = Annotated[Name, BeforeValidator(_both)]
"""`{zh: 兴隆, en: Xinglong}`, or one text for both languages."""
