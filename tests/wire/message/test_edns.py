from __future__ import annotations

import dns.edns
import dns.flags
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.wire.message.edns import Edns, ErrorCode, extended_error, opt_record

options = st.lists(st.tuples(st.integers(0, 65535), st.binary(max_size=20)), max_size=5).map(tuple)


@given(options, st.integers(0, 0xFFF), st.booleans())
def test_dnspython_reads_the_opt_record(given: tuple[tuple[int, bytes], ...], rcode: int, dnssec_ok: bool) -> None:
    """Size, version, DO, the upper bits of the rcode and every option arrive."""
    plain = [option for option in given if option[0] > 65000]
    record = opt_record(rcode, dnssec_ok=dnssec_ok, options=tuple(plain))
    message = dns.message.from_wire(bytes.fromhex("000080000000000000000001") + record)
    assert (message.payload, message.edns, message.ednsflags & dns.flags.DO) == (1232, 0, 0x8000 * dnssec_ok)
    assert message.ednsflags >> 24 == rcode >> 4
    assert message.ednsflags & 0x7FFF == 0
    assert [(int(option.otype), option.to_wire()) for option in message.options] == plain


@given(options)
def test_options_are_read_as_they_were_written(given: tuple[tuple[int, bytes], ...]) -> None:
    """Also empty ones, and the same code twice."""
    assert Edns.read_options(opt_record(0, dnssec_ok=False, options=given)[11:]) == given


@pytest.mark.parametrize("rdata", ["00", "000a00", "000a0001", "000a000100ff", "000a0000ffffff"])
def test_options_that_do_not_fill_the_record(rdata: str) -> None:
    """An option that is cut, or octets left over, make the whole record unreadable."""
    assert Edns.read_options(bytes.fromhex(rdata)) is None


def test_extended_error_as_dnspython_reads_it() -> None:
    """Code and text of an Extended DNS Error arrive."""
    code, data = extended_error(ErrorCode.OTHER, "zone p is not linked to spoke")
    read = dns.edns.option_from_wire(dns.edns.OptionType.make(code), data, 0, len(data))
    assert isinstance(read, dns.edns.EDEOption)
    assert (read.code, read.text) == (0, "zone p is not linked to spoke")
