"""Whatever is in a file, loading it ends in a topology or in problems with a place, and in nothing else."""

from __future__ import annotations

import string
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from acrdns.errors import Place, Problem, TopologyError
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from tests.topologies import topologies

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 2**70),
    st.floats(allow_nan=False),
    st.sampled_from(
        ("", ".", "..", "@", "*", "~", "<<", "10.0.0.7", "fd00::1%eth0", "10.0.0.0/8", "internet", "registry")
    ),
    st.text(max_size=12),
    st.text(string.printable, max_size=80),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def check(text: str) -> None:
    """Load a text; problems must point into it."""
    problems: tuple[Problem, ...] = ()
    try:
        loads(text, "x.yaml")
    except TopologyError as error:
        problems = error.problems or (Problem(Place("", 0), "", "refused without a problem"),)
    lines = len(text.splitlines()) + 1
    assert all(1 <= problem.place.line <= lines and problem.message for problem in problems)


def _write(data: Any) -> str:
    text: str = yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    return text


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Take a valid file, and replace, remove or add something somewhere in it, once or several times."""
    data: Any = yaml.load(dumps(draw(topologies())), yaml.CSafeLoader)
    for _ in range(draw(st.integers(1, 3))):
        here = data
        while isinstance(here, dict | list) and here:
            steps = list(here) if isinstance(here, dict) else list(range(len(here)))
            step = draw(st.sampled_from(steps))
            inner = here[step]
            if isinstance(inner, dict | list) and inner and draw(st.integers(0, 4)):
                here = inner
                continue
            _damage(draw, here, step)
            break
    return _write(data)


def _damage(draw: st.DrawFn, here: Any, step: Any) -> None:
    match draw(st.integers(0, 3)):
        case 0:
            del here[step]
        case 1 if isinstance(here, dict):
            here[draw(st.text(max_size=12))] = here.pop(step)
        case 2 if isinstance(here, list):
            here.append(here[step])
        case _:
            here[step] = draw(VALUES)


@given(damaged())
def test_a_damaged_file_is_refused_in_words(text: str) -> None:
    """A valid file in which something is replaced, renamed or removed never makes loading fail in another way."""
    check(text)


@given(
    st.dictionaries(st.sampled_from(("registries", "networks", "private_dns_zones", "dns_servers", "version")), VALUES)
)
def test_sections_of_anything_are_refused_in_words(data: dict[str, Any]) -> None:
    """Neither do sections that hold anything at all."""
    check(_write(data))


@given(st.text())
@example("\ud800")
@example('a: "\\ud800"')
@example("[" * 100_000)
@example("{a: " * 100_000)
@example("- " * 1_000)
@example("a: \x00")
@example("&a [*a]")
@example("? {a: b}\n: c")
@example("a: !!int x")
@example("a: !!int '9'\nb: !!null x\nc: !!bool maybe")
@example("registries: {<<: [{contoso: {location: eastus}}, {contoso: {location: x}}]}")
@example("registries: &r {<<: *r}")
def test_any_text_is_refused_in_words(text: str) -> None:
    """Neither does a text of which the least is YAML."""
    check(text)


def test_anchors_that_double_ten_times_are_small() -> None:
    """A bomb of aliases is built once for each anchor and refused."""
    rows = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 200)]
    with pytest.raises(TopologyError):
        loads("\n".join(rows), "x.yaml")
