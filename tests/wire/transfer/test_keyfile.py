from __future__ import annotations

import subprocess
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from acrdns.errors import InputError
from acrdns.names import name
from acrdns.wire.transfer.keyfile import ALGORITHMS, Key, parse

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = b64encode(b"a secret").decode()
ONE = f'key "transfer.example" {{\n\talgorithm hmac-sha256;\n\tsecret "{SECRET}";\n}};\n'


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_tsig_keygen_writes_is_read(algorithm: str, program: Callable[[str], str]) -> None:
    """Every algorithm that the program knows."""
    run = subprocess.run([program("tsig-keygen"), "-a", algorithm, "k1"], capture_output=True, text=True, check=True)
    (key,) = parse(run.stdout, "k1.key")
    assert (key.name, key.algorithm) == (name("k1"), algorithm)
    assert b64encode(key.secret).decode() in run.stdout


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        ONE.replace('"transfer.example"', "Transfer.Example."),
        ONE.replace("hmac-sha256", "HMAC-SHA256"),
        f"# a key\n// of ours\n/* for\n transfers */ {ONE}",
        f'key "transfer.example" {{ secret {SECRET}; algorithm "hmac-sha256"; }};',
    ],
    ids=["as written", "bare name", "capitals", "comments", "another order"],
)
def test_the_ways_to_write_a_key(text: str) -> None:
    """What BIND takes for the same key."""
    assert parse(text, "f") == (Key(name("transfer.example"), "hmac-sha256", b"a secret"),)


def test_a_file_may_have_several_keys() -> None:
    """One a secondary, say."""
    assert [str(key) for key in parse(ONE + ONE.replace("transfer", "other"), "f")] == [
        "transfer.example",
        "other.example",
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "there is no key in this file"),
        ("options {};", 1, "'options' does not belong into a key file"),
        (ONE + ONE, 8, "the key transfer.example is there twice"),
        (ONE.replace("hmac-sha256", "rot13"), 2, "'rot13' is no algorithm"),
        (ONE.replace(SECRET, "%%%"), 3, "the secret is not base64"),
        (ONE.replace(SECRET, ""), 3, "the secret is empty"),
        (ONE.replace("\talgorithm hmac-sha256;\n", ""), 3, "the key transfer.example has no algorithm"),
        (ONE.replace(f'\tsecret "{SECRET}";\n', ""), 3, "the key transfer.example has no secret"),
        (ONE.replace("sha256;", "sha256"), 3, "';' is missing here"),
        (ONE.replace("algorithm", "algorithms"), 2, "'algorithms' is no part of a key"),
        (ONE.replace("algorithm hmac-sha256;", "algorithm;"), 2, "the algorithm is missing before ';'"),
        (ONE.replace("secret", "algorithm hmac-sha1; secret"), 3, "the key has two of algorithm"),
        (ONE.replace("transfer.example", "a..b"), 1, "the key's name is no domain name"),
        (ONE.replace('";', ";"), 3, "a quotation mark is not closed"),
        (ONE.replace("};\n", ""), 3, "the file ends where algorithm, secret or } should be"),
    ],
)
def test_what_is_wrong_with_a_key_file_is_said_with_its_line(text: str, line: int, message: str) -> None:
    """File, line, what is wrong, and how it should look; never the secret."""
    with pytest.raises(InputError) as caught:
        parse(text, "transfer.key")
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"transfer.key:{line}: {message}")
    assert problem.allowed
    assert SECRET not in str(problem)


def test_a_secret_is_not_shown() -> None:
    """Keys end up in tracebacks and logs."""
    (key,) = parse(ONE, "f")
    assert "a secret" not in repr(key)
    assert SECRET not in repr(key)
