"""Changeable attributes: what is locked is refused in ACR's words, and az's lists show architecture and system."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.lab.storage.attributes import UNLOCKED
from tests.lab.lab import make
from tests.lab.registry_api.oci import BASE, CONFIG, IMAGE, IMAGE_TYPE, INDEX_TYPE, Story, Teller, image, index, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.lab.lab import Lab

MANIFEST = {"Content-Type": IMAGE_TYPE}
OTHER = image(annotations={"other": "than the first"})
V1, V2, DIGEST, LAYER = (
    f"/v2/app/{each}"
    for each in ("manifests/v1", "manifests/v2", f"manifests/{sha256(IMAGE)}", f"blobs/{sha256(CONFIG)}")
)
REPOSITORY, TAG, BY_DIGEST = "/acr/v1/app", "/acr/v1/app/_tags/v1", f"/acr/v1/app/_manifests/{sha256(IMAGE)}"


@pytest.fixture
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a lab with an image `app:v1`."""
    made = make(tmp_path_factory.mktemp("lab") / "store")

    async def pushed() -> None:
        async with made.everywhere("https://contoso.azurecr.io", auth=made.user) as client:
            await Teller(client, "app", "app").tell(Story("base", BASE))
            assert (await client.put(V1, content=IMAGE, headers=MANIFEST)).status_code == 201

    asyncio.run(pushed())
    yield made
    made.state.close()


def ask(lab: Lab, method: str, path: str, **options: Any) -> httpx.Response:
    """Ask the registry."""

    async def asked() -> httpx.Response:
        async with lab.everywhere("https://contoso.azurecr.io", auth=lab.user) as client:
            return await client.request(method, path, **options)

    return asyncio.run(asked())


WRITE, DELETE, READ = "writeEnabled", "deleteEnabled", "readEnabled"
LOCKED = [
    (REPOSITORY, WRITE, "PUT", V2), (REPOSITORY, WRITE, "DELETE", V1), (REPOSITORY, WRITE, "POST", "/v2/app/blobs/uploads/"),
    (REPOSITORY, WRITE, "DELETE", REPOSITORY), (REPOSITORY, WRITE, "DELETE", LAYER),
    (REPOSITORY, DELETE, "DELETE", DIGEST), (REPOSITORY, DELETE, "DELETE", TAG),
    (REPOSITORY, READ, "GET", V1), (REPOSITORY, READ, "GET", LAYER), (REPOSITORY, READ, "HEAD", DIGEST),
    (REPOSITORY, READ, "POST", f"/v2/thief/blobs/uploads/?mount={sha256(CONFIG)}&from=app"),
    (TAG, WRITE, "PUT", V1), (TAG, WRITE, "DELETE", V1), (TAG, DELETE, "DELETE", REPOSITORY), (TAG, DELETE, "DELETE", DIGEST),
    (TAG, READ, "GET", V1),
    (BY_DIGEST, DELETE, "DELETE", REPOSITORY), (BY_DIGEST, WRITE, "DELETE", DIGEST), (BY_DIGEST, READ, "GET", V1),
]  # fmt: skip
STILL = [
    (TAG, WRITE, "PUT", V2, 201), (TAG, WRITE, "GET", V1, 200), (TAG, READ, "GET", DIGEST, 200),
    (TAG, DELETE, "PUT", V1, 201), (REPOSITORY, DELETE, "PUT", V1, 201), (BY_DIGEST, DELETE, "DELETE", TAG, 202),
    (REPOSITORY, READ, "GET", TAG, 200),
]  # fmt: skip


def locked(lab: Lab, path: str, attribute: str) -> None:
    """Lock a repository, tag or manifest."""
    answer = ask(lab, "PATCH", path, json={attribute: False})
    found = answer.json()
    attributes = found.get("tag", found.get("manifest", found))["changeableAttributes"]
    assert (answer.status_code, [name for name, value in attributes.items() if not value]) == (200, [attribute])


@pytest.mark.parametrize(("path", "attribute", "method", "asked"), LOCKED)
def test_what_is_locked_is_refused(lab: Lab, path: str, attribute: str, method: str, asked: str) -> None:
    """With 405 and ACR's code and words; unlocked, it is done."""
    body = {"content": OTHER, "headers": MANIFEST} if method == "PUT" else {}
    locked(lab, path, attribute)
    refused = ask(lab, method, asked, **body)
    assert refused.status_code == 405
    if method != "HEAD":
        (error,) = refused.json()["errors"]
        assert error["code"] == "REGISTRY_DISALLOWED_OPERATION"
        assert error["message"].startswith("The operation is disallowed on this registry, repository or image. ")
    assert ask(lab, "PATCH", path, json={attribute: True}).status_code == 200
    assert ask(lab, method, asked, **body).status_code in (200, 201, 202, 307)


@pytest.mark.parametrize(("path", "attribute", "method", "asked", "status"), STILL)
def test_what_a_lock_leaves_open(lab: Lab, path: str, attribute: str, method: str, asked: str, status: int) -> None:
    """Other tags, other operations, and the attributes themselves."""
    body = {"content": IMAGE if asked == V1 else OTHER, "headers": MANIFEST} if method == "PUT" else {}
    locked(lab, path, attribute)
    assert ask(lab, method, asked, **body).status_code == status


def test_what_is_in_no_list_is_there(lab: Lab) -> None:
    """A repository, a tag and a manifest; and each page of a list is full without them."""
    ask(lab, "PUT", V2, content=OTHER, headers=MANIFEST)
    locked(lab, TAG, "listEnabled")
    assert ask(lab, "GET", "/v2/app/tags/list?n=1").json()["tags"] == ["v2"]
    assert [tag["name"] for tag in ask(lab, "GET", "/acr/v1/app/_tags").json()["tags"]] == ["v2"]
    locked(lab, BY_DIGEST, "listEnabled")
    assert [m["digest"] for m in ask(lab, "GET", "/acr/v1/app/_manifests").json()["manifests"]] == [sha256(OTHER)]
    locked(lab, REPOSITORY, "listEnabled")
    assert ask(lab, "GET", "/v2/_catalog?n=1").json()["repositories"] == ["hello-world"]
    assert [ask(lab, "GET", path).status_code for path in (V1, TAG, BY_DIGEST, REPOSITORY)] == [200] * 4


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"writeEnabled": 1}', b'{"locked": true}', b"[" * 5000])
def test_a_patch_that_says_nothing_right(lab: Lab, body: bytes) -> None:
    """It is refused, and nothing is changed."""
    assert ask(lab, "PATCH", TAG, content=body).status_code == 400
    assert all(ask(lab, "GET", TAG).json()["tag"]["changeableAttributes"].values())


def test_attributes_go_with_what_they_are_of(lab: Lab) -> None:
    """A tag of the same name, pushed later, is not locked; nor is the repository."""
    for path in (TAG, REPOSITORY):
        locked(lab, path, "listEnabled")
    assert ask(lab, "DELETE", REPOSITORY).status_code == 202
    place = lab.state.place("contoso", "eastus", "app")
    assert [lab.state.store.content.attributes.of(place, name) for name in ("", "v1")] == [UNLOCKED] * 2


def test_a_client_needs_the_right_to_lock(lab: Lab) -> None:
    """The challenge names `metadata_write`."""
    lab.state.store.credentials.put("contoso", "reader", ["repositories/*/metadata/read"], "secret")

    async def asked() -> httpx.Response:
        async with lab.everywhere("https://contoso.azurecr.io", auth=("reader", "secret")) as client:
            return await client.patch(TAG, json={"writeEnabled": False})

    refused = asyncio.run(asked())
    assert refused.status_code == 401
    assert 'scope="repository:app:metadata_write"' in refused.headers["www-authenticate"]


def test_lists_show_the_platform(lab: Lab) -> None:
    """Of an image as its config says it, of an index those of its parts; whatever a config holds, the list is there."""
    entry = ask(lab, "GET", BY_DIGEST).json()["manifest"]
    config_type = "application/vnd.oci.image.config.v1+json"
    assert {key: entry[key] for key in ("architecture", "os", "configMediaType")} == {
        "architecture": "amd64", "os": "linux", "configMediaType": config_type,
    }  # fmt: skip
    ask(lab, "PUT", "/v2/app/manifests/all", content=index(IMAGE), headers={"Content-Type": INDEX_TYPE})
    (parts,) = [each for each in ask(lab, "GET", "/acr/v1/app/_manifests").json()["manifests"] if "references" in each]
    assert parts["references"] == [{"digest": sha256(IMAGE)}]
    hello = ask(lab, "GET", "/acr/v1/hello-world/_manifests").json()["manifests"]
    platforms = {(each["architecture"], each["os"]) for each in hello if "architecture" in each}
    (of_index,) = [each["references"] for each in hello if "references" in each]
    assert (
        {(each["architecture"], each["os"]) for each in of_index}
        == platforms
        >= {("amd64", "linux"), ("arm64", "linux")}
    )


@pytest.mark.parametrize("odd", [{"manifests": 5}, {"manifests": [1]}, {"platform": []}])
def test_lists_take_any_manifest(lab: Lab, odd: dict[str, Any]) -> None:
    """An image manifest may have fields that only an index has."""
    assert ask(lab, "PUT", V2, content=image(**odd), headers=MANIFEST).status_code == 201
    assert len(ask(lab, "GET", "/acr/v1/app/_manifests").json()["manifests"]) == 2
