"""The base of every part of the schema: unknown keys are errors."""

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """A mapping with known keys. A text may be written as a number without quotes: `123` is the text it looks like."""

    # A part of the schema is built once, with the whole: without `defer_build` it would be built by itself as well.
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, defer_build=True)
