"""The columns of a picture: everything that depends on the number of private zones, and on nothing else."""

from __future__ import annotations

from typing import NamedTuple

MARGIN = 8
NETWORK_X = 20
NETWORK_WIDTH = 228
CLIENT_X = 258
CLIENT_WIDTH = 60
SERVER_X = 392
BOX_WIDTH = 156
BOX_HEIGHT = 42
STACKED = 48
"""Height of a box with its gap."""
ZONE_X = 620
ANSWER_WIDTH = 134
FAR_APART, NEAR = 170, 110
FEW_RAILS = 2
"""So many rails are drawn far apart."""
LANE_PADDING = 26
LANE_HEIGHT = LANE_PADDING + STACKED
FOLDED_HEIGHT = 28
GAP = 6
FOLDS_FROM = 8
"""With more networks, lanes that the question does not touch are folded."""


class Columns(NamedTuple):
    """The horizontal places."""

    rails: tuple[float, ...]
    endpoint: float
    answer: float
    width: float

    @property
    def last_rail(self) -> float:
        """The rightmost rail, or where it would be."""
        return self.rails[-1] if self.rails else ZONE_X + 64


def columns(rails: int) -> Columns:
    """Return the columns of a picture with so many rails."""
    apart = FAR_APART if rails <= FEW_RAILS else NEAR
    places = tuple(ZONE_X + 64.0 + apart * number for number in range(rails))
    last = places[-1] if places else ZONE_X + 64.0
    endpoint = last + 158
    answer = endpoint + BOX_WIDTH + 36
    return Columns(places, endpoint, answer, answer + ANSWER_WIDTH + MARGIN)
