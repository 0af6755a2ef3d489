"""Azure's regions: how they are spelt, where they are, and the short codes that names of the service are made of.

Names are those of Azure Resource Manager: `eastus`, not `East US`. Coordinates are those that Azure publishes for its
locations, or the place a region is named after; they only say which region is nearest. Azure opens regions faster than
acrdns is released, so a region that is missing here is no error unless it looks like a misspelt one.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from acrdns.suggest import close, either, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_START = 5
"""Letters that a text must have to be taken for the beginning of a region."""

EXAMPLE = "a region as Azure writes it, e.g. eastus or westeurope"


@dataclass(frozen=True, slots=True)
class Region:
    """One region."""

    name: str
    code: str
    """Azure's short code: `eus`, `weu`. No two regions share one."""
    latitude: float
    longitude: float


_TABLE = """
eastus eus 37.3719 -79.8164
eastus2 eus2 36.6681 -78.3889
eastus3 eus3 33.7490 -84.3880
southcentralus scus 29.4167 -98.5
southcentralus2 scus2 29.4167 -98.5
westus wus 37.783 -122.417
westus2 wus2 47.233 -119.852
westus3 wus3 33.448333 -112.073333
centralus cus 41.5908 -93.6208
northcentralus ncus 41.8819 -87.6278
westcentralus wcus 40.890 -110.234
northeastus5 neus5 40.0 -82.9
southeastus seus 33.7490 -84.3880
southeastus3 seus3 33.7490 -84.3880
southeastus5 seus5 33.7490 -84.3880
southwestus swus 33.4484 -112.0740
centraluseuap cuseuap 41.5908 -93.6208
eastus2euap eus2euap 36.6681 -78.3889
eastusstg eusstg 37.3719 -79.8164
southcentralusstg scusstg 29.4167 -98.5
canadacentral cac 43.653 -79.383
canadaeast cae 46.817 -71.217
mexicocentral mxc 20.588818 -100.389888
brazilsouth brs -23.55 -46.633
brazilsoutheast brse -22.90278 -43.2075
brazilus brus 37.3719 -79.8164
chilecentral clc -33.447487 -70.673676
northeurope neu 53.3478 -6.2597
westeurope weu 52.3667 4.9
uksouth uks 50.941 -0.799
uksouth2 uks2 50.941 -0.799
ukwest ukw 53.427 -3.084
uknorth ukn 55.0 -1.6
francecentral frc 46.3772 2.3730
francesouth frs 43.8345 2.1972
germanywestcentral gwc 50.110924 8.682127
germanynorth gn 53.073635 8.806422
switzerlandnorth szn 47.451542 8.564572
switzerlandwest szw 46.204391 6.143158
norwayeast nwe 59.913868 10.752245
norwaywest nww 58.969975 5.733107
swedencentral sec 60.67488 17.14127
swedensouth ses 55.6059 13.0007
polandcentral plc 52.23334 21.01666
italynorth itn 45.46888 9.18109
spaincentral spc 40.4259 -3.4209
austriaeast ate 48.2201 16.3798
belgiumcentral bec 50.8503 4.3517
denmarkeast dke 55.6761 12.5683
finlandcentral fic 60.1699 24.9384
greececentral grc 37.9838 23.7275
eastasia ea 22.267 114.188
southeastasia sea 1.283 103.833
japaneast jpe 35.68 139.77
japanwest jpw 34.6939 135.5022
koreacentral krc 37.5665 126.9780
koreasouth krs 35.1796 129.0756
centralindia inc 18.5822 73.9197
southindia ins 12.9822 80.1636
westindia inw 19.088 72.868
jioindiawest jinw 22.470701 70.05773
jioindiacentral jinc 21.146633 79.08886
indiasouthcentral insc 17.3850 78.4867
australiaeast aue -33.86 151.2094
australiasoutheast ause -37.8136 144.9631
australiacentral auc -35.3075 149.1244
australiacentral2 auc2 -35.3075 149.1244
newzealandnorth nzn -36.84853 174.76349
indonesiacentral idc -6.2088 106.8456
malaysiawest myw 3.140853 101.693207
malaysiasouth mys 1.4927 103.7414
taiwannorth twn 25.0330 121.5654
taiwannorthwest twnw 24.8138 120.9675
thailandsouth ths 13.7563 100.5018
southafricanorth san -25.73134 28.21837
southafricawest saw -34.075691 18.843266
uaenorth uan 25.266666 55.316666
uaecentral uac 24.466667 54.366669
qatarcentral qac 25.551462 51.439327
israelcentral ilc 31.2655698 33.4506633
israelnorthwest ilnw 32.7940 34.9896
saudiarabiaeast sau 26.4207 50.0888
kuwaitcentral kwc 29.3759 47.9774
usgovvirginia ugv 37.3719 -79.8164
usgovarizona uga 33.4484 -112.0740
usgovtexas ugt 29.4167 -98.5
usgoviowa ugi 41.5908 -93.6208
usdodeast ude 36.6681 -78.3889
usdodcentral udc 41.5908 -93.6208
usseceast usse 37.3719 -79.8164
ussecwest ussw 47.233 -119.852
usseccentral ussc 41.5908 -93.6208
usnateast usne 37.3719 -79.8164
usnatwest usnw 47.233 -119.852
chinaeast cne 31.2304 121.4737
chinaeast2 cne2 31.2304 121.4737
chinaeast3 cne3 31.2304 121.4737
chinanorth cnn 39.9042 116.4074
chinanorth2 cnn2 39.9042 116.4074
chinanorth3 cnn3 38.0 114.5
germanycentral gec 50.1109 8.6821
germanynortheast gne 52.1205 11.6276
"""


def _region(line: str) -> Region:
    name, code, latitude, longitude = line.split()
    return Region(name, code, float(latitude), float(longitude))


REGIONS = {region.name: region for region in map(_region, _TABLE.strip().splitlines())}
"""Every region of every cloud, by name: also announced ones, closed ones and those of single customers."""

GUESS = {"AzureCloud": "eastus", "AzureChinaCloud": "chinaeast2", "AzureUSGovernment": "usgovvirginia"}
"""The region of each cloud that is written where nobody said one."""

_BY_CODE = {region.code: region.name for region in REGIONS.values()}
_FORM = r"[a-z]{5,}[0-9]{0,2}(?:euap|stg)?"
_DIRECTION = r"(?:north|south|east|west|central)+$"


def normalize(text: str) -> str:
    """Return a region's name for any of its spellings: `East US` and `EastUS` are `eastus`."""
    return "".join(text.split()).lower()


def cloud_of_region(region: str) -> str:
    """Return the cloud of a region, which its name says."""
    if region.startswith(("usgov", "usdod", "ussec", "usnat")):
        return "AzureUSGovernment"
    return "AzureChinaCloud" if region.startswith("china") else "AzureCloud"


def complaint(region: str, cloud: str = "") -> tuple[str, str] | None:
    """Say what is wrong with a normalised region, and what is allowed; None if nothing is.

    With a cloud's name, a region of another cloud is wrong.
    """
    found = _complaint(region)
    if found or not cloud or cloud_of_region(region) == cloud:
        return found
    allowed = listed([known for known in REGIONS if cloud_of_region(known) == cloud])
    return f"{region!r} is a region of {cloud_of_region(region)}, not of {cloud}", allowed


@lru_cache(maxsize=1024)
def _complaint(region: str) -> tuple[str, str] | None:
    """Say what is wrong with a region of any cloud.

    An unknown region passes where Azure may have opened it since: it has the form of a name, and is no near miss of a
    known one. A new number or direction in a family is no near miss (`eastus4`, `italysouth`).
    """
    if region in REGIONS:
        return None
    if named := _BY_CODE.get(region):
        return f"{region!r} is a short code, not a region", f"did you mean {named}?"
    if not re.fullmatch(_FORM, region):
        return f"{region!r} is no region", suggestion(region) or f"allowed: {EXAMPLE}"
    if _is_new_in_its_family(region):
        return None
    if meant := suggestion(region):
        return f"{region!r} is no region", meant
    return None


def suggestion(region: str) -> str:
    """Write `did you mean eastus?`; empty where no known region is close. A beginning counts: `westeu`."""
    starts = [name for name in REGIONS if len(region) >= MIN_START and name.startswith(region)]
    meant = [*close(region, REGIONS, cutoff=0.9), *starts, *close(region, REGIONS, cutoff=0.8)]
    return f"did you mean {either(list(dict.fromkeys(meant))[:2])}?" if meant else ""


def _is_new_in_its_family(region: str) -> bool:
    """Return whether a known region differs only by its last number, or, for a country first, by its direction."""
    stem = _without_number(region)
    return (stem != region and stem in REGIONS) or _country(stem) in set(map(_country, REGIONS)) - {""}


def _country(region: str) -> str:
    """Return the part before the direction: `italy`, `korea`. Empty for `eastus`, which has the direction in front."""
    stem = _without_number(region)
    country = re.sub(_DIRECTION, "", stem)
    return "" if country == stem else country


def _without_number(region: str) -> str:
    return region.rstrip("0123456789")


def code(region: str) -> str:
    """Return the short code of a region. An unknown one is its own code, so that no two regions ever share one."""
    known = REGIONS.get(region)
    return known.code if known else region


def nearest(location: str, candidates: Sequence[str]) -> str:
    """Return the candidate nearest to a region, as the crow flies; the earlier of two that are equally near.

    The region itself comes first. Where its place is not known, or no candidate's is, this is the first candidate.
    Raises ValueError where there is none.
    """
    if not candidates:
        raise ValueError("no candidate to be nearest")
    if location in candidates:
        return location
    here = REGIONS.get(location)
    placed = [name for name in candidates if name in REGIONS]
    if here is None or not placed:
        return candidates[0]
    return min(placed, key=lambda name: _distance(here, REGIONS[name]))


def _distance(one: Region, other: Region) -> float:
    """Return the angle between two places on the globe, in radians (haversine formula)."""
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    longitude = math.radians(other.longitude - one.longitude)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(longitude / 2) ** 2
    return 2 * math.asin(math.sqrt(min(1.0, h)))
