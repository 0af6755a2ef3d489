"""How many examples a law is held against, beside what the others have: the profile in conftest.py says how many that is."""

from __future__ import annotations

from hypothesis import settings


def examples(times: float, **more: object) -> settings:
    """Return settings with so many times the examples of the profile; `more` are other settings.

    A number of its own would be the same in each profile, and `explore` would find nothing new.
    """
    profile = settings.default or settings()
    return settings(max_examples=max(1, round(times * profile.max_examples)), **more)  # type: ignore[arg-type]
