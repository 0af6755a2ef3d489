from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.regions import REGIONS, code, complaint, nearest, normalize


@pytest.mark.parametrize("text", ["eastus", "East US", "EastUS", " east us ", "EAST US"])
def test_spellings_of_one_region(text: str) -> None:
    """A region has one name, however it is written."""
    assert normalize(text) == "eastus"


@pytest.mark.parametrize("region", sorted(REGIONS))
def test_known_regions_are_right(region: str) -> None:
    """Every region of the table is accepted as it is, stands on the globe, and has a form of its own."""
    assert normalize(region) == region
    assert complaint(region) is None
    assert -90 <= REGIONS[region].latitude <= 90
    assert -180 <= REGIONS[region].longitude <= 180


def test_codes_are_unique() -> None:
    """No two regions share a code, and no code is the name of a region."""
    codes = [code(region) for region in REGIONS]
    assert len(codes) == len(set(codes))
    assert not set(codes) & set(REGIONS)
    assert all(text.isalnum() and text.islower() for text in codes)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("eastus", "eus"),
        ("westus", "wus"),
        ("westeurope", "weu"),
        ("northeurope", "neu"),
        ("swedencentral", "sec"),
        ("canadacentral", "cac"),
        ("koreacentral", "krc"),
        ("eastus2euap", "eus2euap"),
        ("atlantiscentral", "atlantiscentral"),
    ],
)
def test_codes(region: str, expected: str) -> None:
    """Codes are those that Azure's own names show; an unknown region is its own."""
    assert code(region) == expected


@pytest.mark.parametrize(
    "region", ["eastus4", "westus9", "italysouth", "norwaycentral", "atlantiscentral", "centraluseuap"]
)
def test_regions_that_azure_may_open(region: str) -> None:
    """An unknown region that is no near miss of a known one is accepted."""
    assert complaint(region) is None


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("eastuss", ("'eastuss' is no region", "did you mean eastus or eastusstg?")),
        ("westeu", ("'westeu' is no region", "did you mean westeurope or westus?")),
        ("westeuropa", ("'westeuropa' is no region", "did you mean westeurope?")),
        ("swedencentrl", ("'swedencentrl' is no region", "did you mean swedencentral?")),
        ("weu", ("'weu' is a short code, not a region", "did you mean westeurope?")),
        ("eus2euap", ("'eus2euap' is a short code, not a region", "did you mean eastus2euap?")),
        ("us", ("'us' is no region", "allowed: a region as Azure writes it, e.g. eastus or westeurope")),
        ("", ("'' is no region", "allowed: a region as Azure writes it, e.g. eastus or westeurope")),
        ("east-us", ("'east-us' is no region", "did you mean eastus?")),
        (
            "eastus.data",
            ("'eastus.data' is no region", "allowed: a region as Azure writes it, e.g. eastus or westeurope"),
        ),
    ],
)
def test_regions_that_are_misspelt(region: str, said: tuple[str, str]) -> None:
    """A near miss is an error with what was meant."""
    assert complaint(region) == said


@pytest.mark.parametrize(
    ("location", "candidates", "expected"),
    [
        ("eastus", ("westeurope", "eastus"), "eastus"),
        ("uksouth", ("eastus", "westeurope", "southeastasia"), "westeurope"),
        ("japaneast", ("westus2", "koreacentral", "australiaeast"), "koreacentral"),
        ("newzealandnorth", ("westus", "chilecentral", "australiaeast"), "australiaeast"),
        ("westus", ("japaneast", "brazilsouth"), "japaneast"),
        ("atlantiscentral", ("westus", "eastus"), "westus"),
        ("atlantiscentral", ("westus", "atlantiscentral"), "atlantiscentral"),
        ("eastus", ("atlantiscentral", "westus"), "westus"),
        ("eastus", ("atlantiscentral",), "atlantiscentral"),
    ],
)
def test_nearest(location: str, candidates: tuple[str, ...], expected: str) -> None:
    """The region itself, else the nearest by great circle, also across the date line; else the first."""
    assert nearest(location, candidates) == expected


@given(st.sampled_from(sorted(REGIONS)), st.permutations(["eastus", "westeurope", "japaneast", "brazilsouth"]))
def test_nearest_does_not_depend_on_order(location: str, candidates: list[str]) -> None:
    """The order of candidates decides only between those that are equally near."""
    assert nearest(location, candidates) == nearest(location, sorted(candidates))


def test_nearest_of_nothing() -> None:
    """There is no nearest of none."""
    with pytest.raises(ValueError, match="no candidate"):
        nearest("eastus", ())
