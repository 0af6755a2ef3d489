"""How many examples a law is held against, beside what the others have: the profile in conftest.py says how many that is."""

from __future__ import annotations

from hypothesis import settings

QUICK = 12
"""Examples of the quick profile."""


def examples(times: float, quick: int = 0, /, **more: object) -> settings:
    """Return settings with so many times the examples of the profile; `more` are other settings.

    A number of its own would be the same in each profile, and `explore` would find nothing new. A law with long examples
    has fewer in the quick profile, which are `quick`.
    """
    profile = settings.default or settings()
    number = quick if quick and profile.max_examples == QUICK else round(times * profile.max_examples)
    return settings(max_examples=max(1, number), **more)  # type: ignore[arg-type]
