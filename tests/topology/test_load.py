from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from acrdns.errors import Place, TopologyError
from acrdns.topology.load import load, loads
from acrdns.topology.starter import STARTER
from acrdns.topology.text import compose
from acrdns.topology.text.places import Places

ONE = "registries:\n  contoso: {location: eastus}\n"
SAMPLES = sorted((Path(__file__).parents[2] / "zones").glob("*.yaml"))


def problems(text: str) -> list[str]:
    """Load a text that does not load; give what is said about it."""
    with pytest.raises(TopologyError) as error:
        loads(text, "x.yaml")
    return [str(problem) for problem in error.value.problems]


# --- files ------------------------------------------------------------------------------------------------------------


def test_one_registry_is_a_file() -> None:
    """A file with one registry and nothing else is the public case."""
    topology = loads(ONE, "x.yaml")
    assert list(topology.registries) == ["contoso"]
    assert topology.vantages == ("internet",)
    assert topology.cloud.registry == "azurecr.io"
    assert not topology.registries["contoso"].data_endpoint_enabled


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_loads(path: Path) -> None:
    """The samples are valid."""
    assert load(str(path)).file == str(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file is one line, in the form of every problem."""
    path = tmp_path / "none.yaml"
    with pytest.raises(TopologyError) as error:
        load(str(path))
    assert str(error.value) == (
        f"{path}:1:1: cannot be read: no such file or directory; `acrdns init` writes a topology file to start from"
    )


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    """So is a directory."""
    with pytest.raises(TopologyError, match=r":1:1: cannot be read: is a directory;"):
        load(str(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_that_say_what_they_are(tmp_path: Path, encoding: str) -> None:
    """UTF-8, with a byte order mark or without, and UTF-16 with one; line ends of Windows."""
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    (tmp_path / "x.yaml").write_bytes(mark + f"# größer\n{ONE}".replace("\n", "\r\n").encode(encoding))
    assert list(load(str(tmp_path / "x.yaml")).registries) == ["contoso"]


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"a: 1\n# gr\xf6\xdfer", "2:5: this is not UTF-8: the octet 0xf6 has no meaning here; save the file as UTF-8"),
        (b"\xff", "1:1: this is not UTF-8: the octet 0xff has no meaning here; save the file as UTF-8"),
        (b"\xff\xfea", "1:3: this is not UTF-16: the octet 0x61 has no meaning here; save the file as UTF-8"),
        (
            "a: 1".encode("utf-16-le"),
            "1:2: the character U+0000 may not stand in a YAML file; text in UTF-8 without control characters",
        ),
        (
            b"\x7fELF",
            "1:1: the character U+007F may not stand in a YAML file; text in UTF-8 without control characters",
        ),
        (
            b"",
            "1:1: the file is empty; allowed: a mapping with sections such as registries and networks; `acrdns init` writes one to start from",
        ),
    ],
)
def test_octets_that_are_no_text(tmp_path: Path, octets: bytes, said: str) -> None:
    """Wrong encodings and binary files are told at the octet where they show."""
    path = tmp_path / "x.yaml"
    path.write_bytes(octets)
    with pytest.raises(TopologyError) as error:
        load(str(path))
    assert str(error.value) == f"{path}:{said}"


# --- YAML 1.1 ---------------------------------------------------------------------------------------------------------


def test_plain_values_mean_what_they_look_like() -> None:
    """Names and texts that YAML 1.1 takes for numbers, dates or switches are names and texts."""
    topology = loads(
        """
registries:
  00123: {location: eastus}
  1e500: {location: eastus}
networks:
  on: {address_space: [10.0.0.0/16], peerings: [1.10, 0x1F, 2024-01-01]}
  1.10: {}
  0x1F: {}
  2024-01-01: {}
  12:30: {}
  null: {}
  123: {}
private_endpoints:
  1: {registry: 00123, network: on}
  yes: {registry: 1e500, network: 123}
private_dns_zones:
  corp.example:
    records:
      no: {A: [10.0.0.1]}
      1.10: {TXT: [1.10, 0755, 12:30:45, 2024-01-01, on, =, 1_000, .5, "~", 123]}
dns_servers:
  10.0.0.53: {network: on}
  10.0.0.54: {network: on}
""",
        "x.yaml",
    )
    assert list(topology.registries) == ["00123", "1e500"]
    assert list(topology.networks) == ["on", "1.10", "0x1F", "2024-01-01", "12:30", "null", "123"]
    assert topology.networks["on"].peerings == {"1.10", "0x1F", "2024-01-01"}
    assert topology.private_endpoints["yes"].network == "123"
    texts = topology.private_dns_zones["corp.example"].records[1].rdatas
    expected = ("1.10", "0755", "12:30:45", "2024-01-01", "on", "=", "1_000", ".5", "~", "123")
    assert texts == tuple(bytes((len(text),)) + text.encode() for text in expected)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("yes", True),
        ("On", True),
        ("!!bool true", True),
        ("false", False),
        ("no", False),
        ("OFF", False),
    ],
)
def test_switches(written: str, meant: object) -> None:
    """YAML 1.1's words for true and false are understood where a switch is wanted."""
    topology = loads(f"registries:\n  contoso: {{location: eastus, regional_endpoints_enabled: {written}}}\n", "x.yaml")
    assert topology.registries["contoso"].regional_endpoints_enabled is meant


@pytest.mark.parametrize("written", ["y", "1", '"true"', "~", "[true]", "maybe"])
def test_what_is_no_switch(written: str) -> None:
    """What may mean something else is refused."""
    said = problems(f"registries:\n  contoso: {{location: eastus, regional_endpoints_enabled: {written}}}\n")
    assert len(said) == 1
    assert said[0].endswith("; allowed: true or false, without quotes")


@pytest.mark.parametrize(("written", "meant"), [("0", 0), ("10", 10), ("2147483647", 2**31 - 1), ("!!int 10", 10)])
def test_numbers(written: str, meant: int) -> None:
    """Decimal digits are a number where one is wanted."""
    assert loads(f"private_dns_zones: {{a.b: {{ttl: {written}}}}}", "x").private_dns_zones["a.b"].ttl == meant


@pytest.mark.parametrize(
    "written", ["010", "0x10", "0o10", "1_0", "1:30", "1e1", "1.0", "+1", '"10"', "99999999999999999999", "१०"]
)
def test_what_is_no_number(written: str) -> None:
    """Octal, hexadecimal, sexagesimal and other numbers are refused, where YAML readers do not agree on them."""
    said = problems(f"private_dns_zones: {{a.b: {{ttl: {written}}}}}")
    assert len(said) == 1
    assert said[0].endswith(" is no whole number; allowed: a whole number: digits alone, no quotes, no leading zero")


def test_sections_without_a_value_are_empty() -> None:
    """A key with nothing behind it is an empty section, list or entry."""
    topology = loads(
        "registries:\nnetworks:\n  hub:\n  spoke: {address_space: , dns_servers: ~, peerings: null}\n"
        "private_dns_zones:\n  a.b: {virtual_network_links: {hub: }, records: }\n  c.d:\n",
        "x.yaml",
    )
    assert list(topology.networks) == ["hub", "spoke"]
    assert list(topology.private_dns_zones["a.b"].links) == ["hub"]


def test_anchors_aliases_and_merges() -> None:
    """What people use to say a thing once is understood; what stands in an entry wins over what is merged."""
    topology = loads(
        """
registries:
  contoso: &default {location: eastus, replications: [westus]}
  fabrikam: {<<: *default, location: westeurope}
  northwind: *default
  tailspin: {location: westus2, <<: [{sku: Standard, replications: []}, *default]}
""",
        "x.yaml",
    )
    found = {key: (r.location, r.sku, len(r.replications)) for key, r in topology.registries.items()}
    assert found == {
        "contoso": ("eastus", "Premium", 1),
        "fabrikam": ("westeurope", "Premium", 1),
        "northwind": ("eastus", "Premium", 1),
        "tailspin": ("westus2", "Standard", 0),
    }


def test_what_is_merged_is_told_where_it_stands() -> None:
    """A problem in what an alias brings in is reported for each entry, at the anchor's line where it is written."""
    said = problems(
        "registries:\n  contoso: &d {location: eastus, sku: Premum}\n  fabrikam: {<<: *d}\n  northwind: *d\n"
    )
    assert [line.partition(":")[2].split(": ")[:2] for line in said] == [
        ["2:39", "registries.contoso.sku"],
        ["2:39", "registries.fabrikam.sku"],
        ["2:39", "registries.northwind.sku"],
    ]


def test_the_slow_reader_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML has no libyaml, files load as they do with it, and problems stand where they stood."""
    broken = STARTER.replace("registry: contoso", "registry: contosso").replace("kind: on_premises", "kind: attic")
    fast, said = loads(STARTER, "x.yaml"), problems(broken)
    places = dict(fast.places)
    monkeypatch.setattr(compose, "_composer", compose._pure_composer)
    slow = loads(STARTER, "x.yaml")
    assert slow == fast
    assert dict(slow.places) == places
    assert problems(broken) == said
    assert problems("a: [1\n")[0].startswith("x.yaml:2:1: this is no YAML: ")
    assert problems("a: \x07\n")[0].startswith("x.yaml:1:4: the character U+0007 may not stand in a YAML file")
    assert problems("[" * 100)[0].startswith("x.yaml:1:1: lists and mappings are nested more than 40 deep")


# --- places -----------------------------------------------------------------------------------------------------------

PLACED = """\
registries:
  contoso:
    location: eastus
    replications: [westus, {region: westeurope}]
    dns_label:
networks: {hub: {address_space: [10.0.0.0/16]}}
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("registries",), 1, 1),
        (("registries", "contoso"), 2, 3),
        (("registries", "contoso", "location"), 3, 15),
        (("registries", "contoso", "replications"), 4, 5),
        (("registries", "contoso", "replications", 0), 4, 20),
        (("registries", "contoso", "replications", 1), 4, 28),
        (("registries", "contoso", "replications", 1, "region"), 4, 37),
        (("registries", "contoso", "dns_label"), 5, 5),
        (("networks", "hub"), 6, 12),
        (("networks", "hub", "address_space", 0), 6, 34),
    ],
)
def test_places(path: tuple[str | int, ...], line: int, column: int) -> None:
    """A scalar stands where it is written; a list or mapping where its key is, which names it."""
    topology = loads(PLACED, "x.yaml")
    assert topology.places[path] == Place("x.yaml", line, column)
    assert topology.place(*path) == Place("x.yaml", line, column)


def test_the_place_of_what_is_not_there_is_what_is_around_it() -> None:
    """A finding about a field that the file leaves out points at the entry."""
    topology = loads(PLACED, "x.yaml")
    assert topology.place("registries", "contoso", "public", "frontend") == Place("x.yaml", 2, 3)
    assert topology.place("private_endpoints", "none") == Place("x.yaml", 1, 1)


def test_places_are_a_mapping() -> None:
    """Every key, value and item has a place, and places survive being sent to another process."""
    places = loads(PLACED, "x.yaml").places
    assert len(places) == len(set(places)) == 13
    assert all(places[path] for path in places)
    assert ("registries", "contoso", 0) not in places
    assert ("registries", "contoso", "location", "x") not in places
    assert ("networks", "hub", "address_space", 1) not in places
    assert dict(pickle.loads(pickle.dumps(places))) == dict(places)  # noqa: S301 - our own


def test_places_of_an_empty_text() -> None:
    """A text without anything has no places."""
    assert dict(Places("", "x.yaml")) == {}
    assert Places("", "x.yaml").nearest(("a",)) == ((), Place("x.yaml", 1, 1))


# --- size -------------------------------------------------------------------------------------------------------------


def test_thousands_of_registries() -> None:
    """A large file loads whole; nothing in it is looked for by walking through all of it."""
    count = 2000
    rows = ["registries:", *(f"  contoso{n}: {{location: eastus, replications: [westus]}}" for n in range(count))]
    rows += ["networks:", "  hub: {address_space: [10.0.0.0/8]}", "private_endpoints:"]
    for n in range(count):
        low = f"10.0.{n // 250}.{n % 250}"
        rows.append(f"  pe{n}: {{registry: contoso{n}, network: hub, addresses: {{registry: {low}}}}}")
    topology = loads("\n".join(rows), "x.yaml")
    assert len(topology.registries) == len(topology.private_endpoints) == count
    assert all(registry.data_endpoint_enabled for registry in topology.registries.values())


def test_of_very_many_problems_the_first_thousand_are_shown() -> None:
    """A file of another kind must not fill a log; how many there are is said."""
    text = "version: 1\n" + "".join(f"key{number}: 1\n" for number in range(5000))
    with pytest.raises(TopologyError) as caught:
        loads(text, "t.yaml")
    assert len(caught.value.problems) == 1001
    assert str(caught.value.problems[-1]).endswith(": 4000 more problems are not shown; mend these first")
