"""A picture as placed shapes: pure values, in pixels from the top left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from acrdns.teach.drawing.measure import Font

Point = tuple[float, float]


class Area(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Area) -> bool:
        """Return whether two rectangles have a part in common; those that only touch have none."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text; `y` is that of its baseline."""

    x: float
    y: float
    text: str
    font: Font
    look: str = ""
    """Further classes of the style: `private`, `muted`, `middle`."""
    full: str = ""
    """The whole text, where `text` is cut."""
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A lane, a server, a client or an endpoint."""

    area: Area
    look: str
    labels: tuple[Label, ...] = ()
    first: int = 0
    """The step that reaches it first, where it is lit."""
    data: tuple[tuple[str, str], ...] = ()
    """Attributes `data-...` for programs that look at the picture."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of the question's way, or to where the address leads."""

    points: tuple[Point, ...]
    look: str
    steps: tuple[int, ...] = ()
    """The numbers of its steps; that of the step after it, where it has none."""
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class Disc:
    """The number of one step, or of several in a row."""

    area: Area
    text: str
    steps: tuple[int, ...]
    look: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """The crossing of a private zone and a virtual network."""

    at: Point
    look: str
    zone: str
    network: str
    says: str
    """The state of the link, for the tooltip."""
    first: int = 0
    """The step that reaches it first, where it is lit."""


@dataclass(slots=True)
class Scene:
    """The whole picture, drawn in the order of its fields."""

    title: str
    description: str
    width: float = 0
    height: float = 0
    lanes: list[Box] = field(default_factory=list)
    rails: list[Stroke] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    lines: list[Stroke] = field(default_factory=list)
    discs: list[Disc] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
