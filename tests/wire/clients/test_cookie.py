from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.wire.clients.cookie import CookieJar, _siphash24

KEY = bytes(range(16))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "310e0edd47db6f72"),
        (b"\x00", "fd67dc93c539f874"),
        (bytes(range(8)), "6224939a79f5f593"),
        (bytes(range(15)), "e545be4961ca29a1"),
        (bytes(range(63)), "724506eb4c328a95"),
    ],
)
def test_siphash_reference_vectors(data: bytes, expected: str) -> None:
    """The vectors that come with SipHash-2-4's reference implementation."""
    assert _siphash24(KEY, data).hex() == expected


@pytest.mark.parametrize(
    ("secret", "client", "now", "sent", "expected"),
    [
        pytest.param(
            "e5e973e5a6b2a43f48e7dc849e37bfcf", "198.51.100.100", 1559731985, "2464c4abcf10c957",
            "2464c4abcf10c957010000005cf79f111f8130c3eee29480", id="A.1 a new one",
        ),
        pytest.param(
            "e5e973e5a6b2a43f48e7dc849e37bfcf", "198.51.100.100", 1559734385,
            "2464c4abcf10c957010000005cf79f111f8130c3eee29480",
            "2464c4abcf10c957010000005cf7a871d4a564a1442aca77", id="A.2 renewed after 40 minutes",
        ),
        pytest.param(
            "445536bcd2513298075a5d379663c962", "2001:db8:220:1:59de:d0f4:8769:82b8", 1559741961,
            "22681ab97d52c298010000005cf7c57926556bd0934c72f8",
            "22681ab97d52c298010000005cf7c609a6bb79d16625507a", id="A.4 IPv6, made with an earlier secret",
        ),
    ],
)  # fmt: skip
def test_rfc_9018_vectors(secret: str, client: str, now: int, sent: str, expected: str) -> None:
    """RFC 9018 appendix A: any server with the same secret makes the same cookie."""
    jar = CookieJar(bytes.fromhex(secret))
    assert jar.reply(bytes.fromhex(sent), ip_address(client).packed, now).hex() == expected


@pytest.mark.parametrize(
    ("later", "kept"),
    [
        (0, True),
        (1799, True),
        (1800, False),
        (3600, False),
        (3601, False),
        (-300, True),
        (-301, False),
        (-86400, False),
    ],
)
def test_age_of_a_cookie(later: int, kept: bool) -> None:
    """A cookie is given back for half an hour, and for five minutes before its time; then a new one is made."""
    jar, client, now = CookieJar(KEY), bytes(4), 1_700_000_000
    cookie = jar.reply(b"12345678", client, now)
    assert (jar.reply(cookie, client, now + later) == cookie) is kept


@given(st.binary(min_size=8, max_size=8), st.sampled_from([4, 16]), st.integers(0, 2**33))
def test_a_cookie_belongs_to_one_client(mine: bytes, size: int, now: int) -> None:
    """A server's half is valid for the address and the client's half that it was made for, and for no other."""
    jar, client = CookieJar(KEY), bytes(size)
    cookie = jar.reply(mine, client, now)
    assert cookie.startswith(mine)
    assert jar.age(cookie, client, now) == 0
    assert jar.age(cookie, b"\x01" * size, now) is None
    assert jar.age(bytes((mine[0] ^ 1,)) + cookie[1:], client, now) is None
    assert CookieJar(bytes(16)).age(cookie, client, now) is None


@pytest.mark.parametrize("size", range(48))
def test_lengths(size: int) -> None:
    """A cookie has 8 octets, or 16 to 40 (RFC 7873 section 4)."""
    assert CookieJar.is_well_formed(bytes(size)) is (size == 8 or 16 <= size <= 40)
