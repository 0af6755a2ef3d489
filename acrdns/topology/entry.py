"""The base of every part of the schema: unknown keys are errors."""

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """A mapping with known keys. A text may be written as a number without quotes: `123` is the text it looks like."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
