"""Domain names: their laws, and the grammar of the names of registries."""

from __future__ import annotations

import dns.name
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from acrdns import names
from acrdns.azure import CLOUDS, LOGIN, Member
from acrdns.errors import NameSyntaxError
from acrdns.names import MAX_NAME, ROOT, Name

any_labels = st.lists(st.binary(min_size=1, max_size=63), max_size=12).filter(
    lambda parts: sum(len(part) + 1 for part in parts) < MAX_NAME
)
host_labels = st.lists(st.from_regex(r"[a-z0-9_][a-z0-9_-]{0,8}", fullmatch=True), max_size=6)
few_labels = st.lists(st.sampled_from([b"a", b"b", b"ab", b"\x01a", b"."]), max_size=5)


def wire(parts: list[bytes]) -> Name:
    """Make a name of labels, the obvious way (RFC 1035 section 3.1)."""
    return Name(b"".join(bytes([len(part)]) + part for part in parts).lower() + b"\0")


@given(any_labels)
def test_a_shown_name_reads_back(parts: list[bytes]) -> None:
    """Presentation form loses nothing, whatever octets the labels hold."""
    made = wire(parts)
    assert made == names.name(names.show(made))


@given(any_labels)
def test_dnspython_reads_what_is_shown(parts: list[bytes]) -> None:
    """Escapes are those of RFC 1035 section 5.1, as another implementation reads them."""
    made = wire(parts)
    assert made == dns.name.from_text(names.show(made)).to_wire()


@given(any_labels)
def test_what_dnspython_writes_is_read(parts: list[bytes]) -> None:
    """A name that another implementation wrote is the same name here."""
    assert wire(parts) == names.name(dns.name.Name([*parts, b""]).to_text())


@given(host_labels)
def test_case_and_the_last_dot_do_not_matter(parts: list[str]) -> None:
    """Names compare without letter case (RFC 4343), and every one is absolute."""
    text = ".".join(parts)
    assert names.name(text) == names.name(text.upper()) == names.name(text.upper() + ".")


def test_only_ascii_letters_are_lowered() -> None:
    """An octet above 127 is no letter (RFC 4343 section 2)."""
    assert names.name(r"\195\132") == b"\x02\xc3\x84\x00"


def test_wire_keeps_the_letter_case() -> None:
    """Targets are shown as they were written."""
    assert names.wire("Contoso.AzureCR.io") == b"\x07Contoso\x07AzureCR\x02io\x00"


@given(any_labels)
def test_labels_are_what_the_name_is_made_of(parts: list[bytes]) -> None:
    """Splitting undoes joining."""
    assert [part.lower() for part in parts] == list(names.labels(wire(parts)))


@given(any_labels)
def test_ancestors_lose_a_label_each(parts: list[bytes]) -> None:
    """The name comes first, the root last, and each is the parent of the one before it."""
    line = list(names.ancestors(wire(parts)))
    assert [wire(parts[start:]) for start in range(len(parts) + 1)] == line
    assert line[1:] == [names.parent(child) for child in line[:-1]]


@given(few_labels, st.lists(few_labels))
def test_the_deepest_known_name_is_the_longest_one_above(parts: list[bytes], known: list[list[bytes]]) -> None:
    """Whatever is known, the name found is the longest that the name is under, or none is."""
    apexes = {wire(each) for each in known}
    above = [apex for apex in apexes if names.is_under(wire(parts), apex)]
    assert names.deepest(wire(parts), apexes) == max(above, key=len, default=None)


def test_the_root_has_no_parent() -> None:
    """Asking for it is a mistake of the program."""
    with pytest.raises(IndexError):
        names.parent(ROOT)


@given(few_labels, few_labels)
def test_under_is_a_comparison_of_labels(parts: list[bytes], apex: list[bytes]) -> None:
    """A name is under an apex where its last labels are the apex's, never where only its octets end alike."""
    expected = parts[len(parts) - len(apex) :] == apex if len(apex) <= len(parts) else False
    assert expected is names.is_under(wire(parts), wire(apex))


@given(few_labels, few_labels)
def test_what_is_joined_is_under_the_apex(parts: list[bytes], apex: list[bytes]) -> None:
    """A relative name and its apex make one name, and nothing but their labels."""
    assume(parts)
    joined = names.join(names.show(wire(parts)), wire(apex))
    assert wire(parts + apex) == joined
    assert names.is_under(joined, wire(apex))


@given(few_labels, few_labels)
def test_join_undoes_relative(parts: list[bytes], apex: list[bytes]) -> None:
    """The relative name of a record set, read in its zone, is its owner name; the apex is @."""
    owner = wire(parts + apex)
    relative = names.relative(owner, wire(apex))
    assert owner == names.join(relative, wire(apex))
    assert (relative == "@") is (not parts)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a..b", "empty label"),
        (".a", "empty label"),
        ("a..", "empty label"),
        ("..", "empty label"),
        (f"{'a' * 64}.io", "more than 63 octets"),
        (".".join(["a" * 63] * 4), "longer than 255 octets"),
        ("bücher.example", "outside ASCII"),
        ("\\256.io", "bad escape"),
        ("a\\", "bad escape"),
        ("a\\1", "bad escape"),
        ("\\12", "bad escape"),
    ],
)
def test_a_text_that_is_no_name(text: str, complaint: str) -> None:
    """It is refused with the reason, by one error type."""
    with pytest.raises(NameSyntaxError, match=complaint):
        names.name(text)


def test_the_longest_names_fit() -> None:
    """63 octets a label and 255 a name are allowed (RFC 1035 section 2.3.4)."""
    text = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61])
    assert len(names.name(text)) == 255


def test_a_joined_name_that_is_too_long() -> None:
    """The sum is checked, not only the parts."""
    with pytest.raises(NameSyntaxError, match="longer than 255 octets"):
        names.join(".".join(["a" * 63] * 3), names.name(".".join(["b" * 63] * 2)))


# --- registries --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "member", "public", "private"),
    [
        ("registry", LOGIN, "contoso.azurecr.io", "contoso.privatelink.azurecr.io"),
        (
            "registry_data_eastus",
            Member("data", "eastus"),
            "contoso.eastus.data.azurecr.io",
            "contoso.eastus.data.privatelink.azurecr.io",
        ),
        (
            "registry_eastus2",
            Member("regional", "eastus2"),
            "contoso.eastus2.geo.azurecr.io",
            "contoso.eastus2.geo.privatelink.azurecr.io",
        ),
    ],
)
def test_members_and_their_names(text: str, member: Member, public: str, private: str) -> None:
    """A member of the group `registry` names an endpoint (facts.md sections 1.1 and 2.1)."""
    assert Member.parse(text) == member
    assert str(member) == text
    assert member.fqdn("contoso", CLOUDS["AzureCloud"]) == public
    assert member.privatelink("contoso", CLOUDS["AzureCloud"]) == private


@pytest.mark.parametrize("text", ["", "Registry", "registry_", "registry_data_", "registry-eastus", "registry_east us"])
def test_what_is_no_member(text: str) -> None:
    """Anything else is nothing."""
    assert Member.parse(text) is None


@pytest.mark.parametrize(
    ("cloud", "suffix"),
    [("AzureCloud", "azurecr.io"), ("AzureChinaCloud", "azurecr.cn"), ("AzureUSGovernment", "azurecr.us")],
)
def test_suffixes_of_the_clouds(cloud: str, suffix: str) -> None:
    """Each cloud has its own suffix, and one private zone below it (facts.md section 1.5)."""
    assert CLOUDS[cloud].registry == suffix
    assert CLOUDS[cloud].privatelink == f"privatelink.{suffix}"


@given(st.lists(st.binary(min_size=1, max_size=63), max_size=3), st.binary(max_size=5), st.binary(max_size=5))
def test_the_end_of_a_name(labels: list[bytes], before: bytes, rest: bytes) -> None:
    """Wherever it stands."""
    name = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    assert names.end_of_name(before + name + rest, len(before)) == len(before + name)
