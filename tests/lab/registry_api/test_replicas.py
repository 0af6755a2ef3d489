"""Which replica serves, when content arrives in the others, and what a push that is bounced between them gets (F29)."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.lab.lab import NOON, make
from tests.lab.registry_api.oci import BLOB, CONFIG, IMAGE, IMAGE_TYPE, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.topology.model import Topology
    from tests.lab.lab import Lab

HOST = "contoso.azurecr.io"


@pytest.fixture
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a new lab."""
    made = make(tmp_path_factory.mktemp("lab") / "store")
    yield made
    made.state.close()


def serving(lab: Lab, vantage: str, source: str = "10.0.255.4") -> str:
    """Return the region that a layer's link leads to, or the status where there is none."""

    async def asked() -> str:
        async with lab.client(HOST, "10.0.0.7", vantage=vantage, source=source, auth=lab.user) as client:
            index = await client.get("/v2/hello-world/manifests/latest")
            if index.status_code != 200:
                return str(index.status_code)
            image = await client.get(f"/v2/hello-world/manifests/{index.json()['manifests'][0]['digest']}")
            link = await client.get(f"/v2/hello-world/blobs/{image.json()['layers'][0]['digest']}")
            return urlsplit(link.headers["location"]).netloc.split(".")[1]

    return asyncio.run(asked())


def test_the_nearest_replica_serves(lab: Lab) -> None:
    """By the network's location, else the home region; the link never crosses regions (behaviour 48)."""
    assert serving(lab, "hub") == "eastus"
    assert serving(lab, "west") == "westus"


def test_a_region_that_is_down_serves_nobody(lab: Lab) -> None:
    """The next nearest one does, until it is up; with none left, 503."""
    changes: list[str] = []
    lab.state.on_change.append(lambda: changes.append("changed"))
    lab.state.set_region("westus", down=True)
    assert serving(lab, "west") == "eastus"
    lab.state.set_region("eastus", down=True)
    assert (serving(lab, "west"), serving(lab, "hub")) == ("westeurope", "westeurope")
    lab.state.set_region("westeurope", down=True)
    assert serving(lab, "hub") == "503"
    lab.state.set_region("westus", down=False)
    assert (serving(lab, "west"), serving(lab, "hub")) == ("westus", "westus")
    assert changes == ["changed"] * 4


def test_content_arrives_after_the_lag(lab: Lab) -> None:
    """A push to the home region shows there at once, in a replica later; a tag moves later too."""
    lab.state.set_region("westus", lag=30)

    async def told() -> list[list[int]]:
        found = []
        async with (
            lab.client(HOST, "10.0.0.7", auth=lab.user) as east,
            lab.client(HOST, "10.0.0.7", vantage="west", auth=lab.user) as west,
        ):
            for content in (BLOB, CONFIG):
                begun = await east.post("/v2/app/blobs/uploads/")
                await east.put(f"{begun.headers['location']}&digest={sha256(content)}", content=content)
            await east.put("/v2/app/manifests/v1", content=IMAGE, headers={"content-type": IMAGE_TYPE})
            for later in (0, 29, 31):
                lab.clock.time = NOON + later
                paths = (f"/v2/app/manifests/{sha256(IMAGE)}", "/v2/app/manifests/v1", f"/v2/app/blobs/{sha256(BLOB)}")
                found.append([(await client.head(path)).status_code for client in (east, west) for path in paths])
        return found

    assert asyncio.run(told()) == [[200, 200, 200, 404, 404, 404]] * 2 + [[200] * 6]


def test_a_tag_shows_its_old_digest_until_the_new_one_arrives(lab: Lab) -> None:
    """And what is pushed to the replica itself meanwhile counts until then."""

    async def told() -> list[str]:
        found = []
        async with (
            lab.client(HOST, "10.0.0.7", auth=lab.user) as east,
            lab.client(HOST, "10.0.0.7", vantage="west", auth=lab.user) as west,
        ):
            for number, lag in enumerate((0, 30)):
                lab.state.set_region("westus", lag=lag)
                document = json.dumps({"schemaVersion": 2, "annotations": {"number": str(number)}}).encode()
                await east.put("/v2/app/manifests/v1", content=document, headers={"content-type": IMAGE_TYPE})
                found.append((await west.get("/v2/app/manifests/v1")).json()["annotations"]["number"])
                lab.clock.time += 1
            lab.clock.time += 30
            found.append((await west.get("/v2/app/manifests/v1")).json()["annotations"]["number"])
        return found

    assert asyncio.run(told()) == ["0", "0", "1"]


def test_a_push_that_is_bounced_fails(lab: Lab) -> None:
    """The upload is known to one replica alone, and a manifest's layers are not there yet (facts.md F29)."""
    for region in ("westus", "westeurope"):
        lab.state.set_region(region, lag=60)

    async def told() -> list[tuple[int, str]]:
        found = []
        async with lab.client(HOST, "10.0.0.7", auth=lab.user) as client:
            begun = await client.post("/v2/app/blobs/uploads/")
            lab.state.set_region("eastus", down=True)
            answer = await client.put(f"{begun.headers['location']}&digest={sha256(BLOB)}", content=BLOB)
            found.append((answer.status_code, answer.json()["errors"][0]["code"]))
            lab.state.set_region("eastus", down=False)
            for content in (BLOB, CONFIG):
                begun = await client.post("/v2/app/blobs/uploads/")
                await client.put(f"{begun.headers['location']}&digest={sha256(content)}", content=content)
            lab.state.set_region("eastus", down=True)
            headers = {"content-type": IMAGE_TYPE}
            answer = await client.put("/v2/app/manifests/v1", content=IMAGE, headers=headers)
            found.append((answer.status_code, answer.json()["errors"][0]["code"]))
            answer = await client.get("/v2/app/manifests/v1")
            found.append((answer.status_code, answer.json()["errors"][0]["code"]))
        return found

    assert asyncio.run(told()) == [
        (404, "BLOB_UPLOAD_UNKNOWN"),
        (400, "MANIFEST_BLOB_UNKNOWN"),
        (404, "MANIFEST_UNKNOWN"),
    ]


def test_each_connection_reaches_another_replica_while_the_lab_bounces(lab: Lab) -> None:
    """As where the login name's address alternates. Linux gives connections even ports, and one stays where it is."""
    lab.state.bounce(on=True)
    registry = lab.state.topology.registries["contoso"]
    served = [lab.state.serving(registry, "hub", ("10.0.255.4", port)) for port in (4, 6, 8, 6)]
    assert served == ["eastus", "westus", "westeurope", "westus"]
    lab.state.bounce(on=False)
    assert lab.state.serving(registry, "hub", ("10.0.255.4", 6)) == "eastus"


def test_a_replica_that_is_down_is_named(lab: Lab) -> None:
    """By its regional endpoint and its data endpoint, and by the login server where it was the last one."""
    for region in with_regional_endpoints(lab).registries["contoso"].regions:
        lab.state.set_region(region, down=True)

    async def asked(host: str, address: str, path: str) -> tuple[int, str]:
        async with lab.client(host, address) as client:
            answer = await client.get(path)
            return answer.status_code, answer.text

    code, words = asyncio.run(asked("contoso.westus.geo.azurecr.io", "10.0.0.7", "/v2/"))
    assert (code, "the replica in westus is down" in words) == (503, True)
    code, words = asyncio.run(asked(HOST, "10.0.0.7", "/v2/"))
    assert (code, "no replica of contoso is up" in words) == (503, True)
    code, words = asyncio.run(asked("contoso.westus.data.azurecr.io", "10.0.0.9", "/"))
    assert (code, "<Code>ServerBusy</Code>" in words) == (503, True)


def with_regional_endpoints(lab: Lab) -> Topology:
    """Let the lab go on with regional endpoints, and return its topology."""
    registries = lab.state.topology.registries
    contoso = replace(registries["contoso"], regional_endpoints_enabled=True)
    lab.state.change(replace(lab.state.topology, registries={**registries, "contoso": contoso}))
    return lab.state.topology


def test_content_stays_when_the_clock_goes_back(lab: Lab) -> None:
    """A lab's clock may start earlier than it ended."""
    lab.clock.time = NOON - 86400
    assert serving(lab, "hub") == "eastus"
