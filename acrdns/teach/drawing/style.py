"""The style of the picture: colours of both themes, and the rules that use them.

On page and lane, text has a contrast of at least 6:1 and lines of at least 3.4:1 (WCAG 2.2, 1.4.3 and 1.4.11 ask for
4.5:1 and 3:1). A viewer without CSS variables shows it, too: the rules name the colours.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Theme = Literal["system", "light", "dark"]
"""`system` follows the reader's setting."""


class Colours(NamedTuple):
    """The colours of a theme."""

    page: str
    lane: str
    text: str
    muted: str
    line: str
    private: str
    public: str
    broken: str
    path: str
    on_path: str
    """Text on the colour of the path."""


LIGHT = Colours(
    "#ffffff", "#f3f5f8", "#1b1f24", "#545d68", "#7d8590", "#0a6640", "#8f4700", "#b3131b", "#0b53c8", "#ffffff"
)
DARK = Colours(
    "#12161c", "#1b212a", "#e8ebef", "#a9b3be", "#76808c", "#57d08f", "#f2a154", "#ff8f87", "#7db3ff", "#0c1017"
)
FORCED = Colours(
    "Canvas", "Canvas", "CanvasText", "CanvasText", "CanvasText", "CanvasText", "CanvasText", "CanvasText", "Highlight",
    "HighlightText",
)  # fmt: skip
"""The colours of a reader who has chosen their own (CSS `forced-colors`)."""

_SHAPES = """
.chain{font:11px system-ui,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif;max-width:100%;height:auto}
.chain .name{font-size:15px;font-weight:700}
.chain .head{font-weight:700;letter-spacing:.02em}
.chain .pill,.chain .state{font-size:12px}
.chain .state,.chain .strong,.chain .disc text{font-weight:700}
.chain .mono,.chain .zone{font:12px ui-monospace,"Cascadia Mono",Consolas,"DejaVu Sans Mono",monospace}
.chain .mono.strong{font-weight:700}
.chain .middle,.chain .disc text{text-anchor:middle}
.chain .line,.chain .rail{fill:none}
.chain .rail{stroke-width:5;stroke-linecap:round}
.chain .box rect,.chain .client rect,.chain .dot{stroke-width:1.4}
.chain .lit rect{stroke-width:2}
.chain .halo{stroke-width:7;fill:none}
.chain .way,.chain .bar{stroke-width:2.6;fill:none}
.chain .second .stroke,.chain .stroke.second{stroke-dasharray:9 3 2 3}
.chain .leads{stroke-width:2;stroke-dasharray:6 4;fill:none}
.chain .pending{stroke-dasharray:3 2}
.chain .silent rect,.chain .nobody rect{stroke-dasharray:5 3}
.chain .disc text{font-size:11px}
.chain .later{opacity:.12}
@media (prefers-reduced-motion:no-preference){
.chain .now .stroke.way{stroke-dasharray:1;animation:acrdns-way .6s ease-out}
@keyframes acrdns-way{from{stroke-dashoffset:1}to{stroke-dashoffset:0}}
}
"""


def stylesheet(theme: Theme = "system") -> str:
    """Return the style of all pictures as CSS."""
    if theme == "dark":
        return _SHAPES + _rules(DARK)
    dark = f"@media (prefers-color-scheme:dark){{\n{_rules(DARK)}}}\n" if theme == "system" else ""
    forced = f"@media (forced-colors:active){{\n.chain{{forced-color-adjust:none}}\n{_rules(FORCED)}}}\n"
    return _SHAPES + _rules(LIGHT) + dark + (forced if theme == "system" else "")


def _rules(c: Colours) -> str:
    rules = {
        ".chain text": f"fill:{c.text}",
        ".chain .page": f"fill:{c.page}",
        ".chain .lane rect": f"fill:{c.lane}",
        ".chain .here rect": f"stroke:{c.path};stroke-width:1.6",
        ".chain .muted": f"fill:{c.muted}",
        ".chain .box rect,.chain .client rect": f"fill:{c.page};stroke:{c.line}",
        ".chain .lit rect": f"stroke:{c.path}",
        ".chain .end rect,.chain .rest rect": "fill:none;stroke:none",
        ".chain .silent rect,.chain .nobody rect": f"stroke:{c.broken}",
        ".chain .silent .muted,.chain .nobody .muted,.chain .end .mono,.chain .broken": f"fill:{c.broken}",
        ".chain .private": f"fill:{c.private}",
        ".chain .public": f"fill:{c.public}",
        ".chain .rail": f"stroke:{c.muted}",
        ".chain .dot": f"fill:{c.lane};stroke:{c.line}",
        ".chain .dot.linked": f"fill:{c.text};stroke:{c.text}",
        ".chain .dot.pending": f"fill:{c.lane};stroke:{c.text}",
        ".chain .dot.lit": f"stroke:{c.path};stroke-width:3",
        ".chain .turn": f"fill:none;stroke:{c.text};stroke-width:1.6",
        ".chain .halo": f"stroke:{c.lane}",
        ".chain .way": f"stroke:{c.path}",
        ".chain .tip": f"fill:{c.path};stroke:none",
        ".chain .lost.stroke,.chain .bar.stroke,.chain .leads.lost": f"stroke:{c.broken}",
        ".chain .tip.lost": f"fill:{c.broken}",
        ".chain .leads": f"stroke:{c.muted};fill:none",
        ".chain .leads.private": f"stroke:{c.private};fill:none",
        ".chain .leads.public": f"stroke:{c.public};fill:none",
        ".chain .disc rect": f"fill:{c.path};stroke:{c.lane};stroke-width:1.5",
        ".chain .disc text": f"fill:{c.on_path}",
        ".chain .second.way": f"stroke:{c.text}",
        ".chain .second.tip,.chain .second.disc rect": f"fill:{c.text}",
        ".chain .second.disc text": f"fill:{c.page}",
    }
    return "".join(f"{selector}{{{rule}}}\n" for selector, rule in rules.items())
