"""Several places of one fault in one sentence: who reads it knows what belongs to which."""

from __future__ import annotations

import pytest

from acrdns.report.diagnosis.text import together

SENTENCES = {
    "one": (["a asks 8.8.8.8"], "a asks 8.8.8.8"),
    "the same twice": (["a asks 8.8.8.8", "a asks 8.8.8.8"], "a asks 8.8.8.8"),
    "at the end": (["z is not linked to a", "z is not linked to b"], "z is not linked to a and b"),
    "before a comma": (
        ["z is not linked to a, so it is public there", "z is not linked to b, so it is public there"],
        "z is not linked to a and b, so it is public there",
    ),
    "at the beginning": (
        ["a is on premises and asks 168.63.129.16", "b is on premises and asks 168.63.129.16"],
        "each of a and b is on premises and asks 168.63.129.16",
    ),
    "who asks what": (
        ["a asks 8.8.8.8, which answers as public DNS does", "b asks 1.1.1.1, which answers as public DNS does"],
        "a asks 8.8.8.8, which answers as public DNS does; and b asks 1.1.1.1, which answers as public DNS does",
    ),
    "other words": (
        ["10.0.0.53 forwards to a public resolver", "a public resolver is asked by b"],
        "10.0.0.53 forwards to a public resolver; and a public resolver is asked by b",
    ),
    "many": ([f"no answer comes to {n}" for n in "abcdefg"], "no answer comes to a, b, c, d, e and 2 more"),
    "many of several words": (
        [f"{n} asks {n}.example" for n in "abcdefg"],
        "; ".join([f"{n} asks {n}.example" for n in "abcde"]) + "; and 2 more such",
    ),
    "IPv6": (["a asks 2001:db8::", "a asks 2001:db8:1::"], "a asks 2001:db8:: and 2001:db8:1::"),
    "one more word": (["a is not linked", "a is not linked either"], "a is not linked; and a is not linked either"),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_messages_of_one_fault_are_one_sentence(case: str) -> None:
    """A word that differs is listed, and what differs more stands by itself."""
    messages, said = SENTENCES[case]
    assert together(messages) == said
