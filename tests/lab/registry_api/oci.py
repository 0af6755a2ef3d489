"""Requests and the answers that the OCI distribution specification (1.1) wants, for any registry that is asked.

A row is a story: its steps are sent one after the other, into a repository of its own. `{name}` is that repository,
`{base}` another one that already has BLOB, `{location}` what the last Location header said.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

BLOB = b"a layer of some bytes, as all of them are"
OTHER = bytes(range(256)) * 300
CONFIG = b'{"architecture":"amd64","os":"linux"}'


def sha256(content: bytes) -> str:
    """Return a content's digest."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


IMAGE_TYPE = "application/vnd.oci.image.manifest.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
DOCKER_TYPE = "application/vnd.docker.distribution.manifest.v2+json"


def image(**changes: Any) -> bytes:
    """Return an image manifest with CONFIG and BLOB."""
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": sha256(CONFIG), "size": len(CONFIG)}
    layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": sha256(BLOB), "size": len(BLOB)}
    document = {"schemaVersion": 2, "mediaType": IMAGE_TYPE, "config": config, "layers": [layer]} | changes
    return json.dumps(document, indent=1).encode()


def index(*manifests: bytes, **changes: Any) -> bytes:
    """Return an index of manifests."""
    entries = [{"mediaType": IMAGE_TYPE, "digest": sha256(each), "size": len(each)} for each in manifests]
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": entries} | changes).encode()


IMAGE = image()
UNKNOWN = sha256(b"nobody has this")
SIGNATURE = image(
    artifactType="application/vnd.example.signature",
    annotations={"by": "somebody"},
    subject={"mediaType": IMAGE_TYPE, "digest": sha256(IMAGE), "size": len(IMAGE)},
)


@dataclass(frozen=True)
class Step:
    """A request and the answer to it; a header or body that is not named may be any."""

    method: str
    path: str
    status: int
    body: bytes | None = None
    send: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    content: bytes | None = None
    json: Any = None


@dataclass(frozen=True)
class Story:
    """Steps with a title; `peer` is why docker-registry 2.8 answers otherwise, empty where it answers the same."""

    title: str
    steps: tuple[Step, ...]
    peer: str = ""


def upload(content: bytes) -> tuple[Step, ...]:
    """Return the steps of a monolithic upload by POST and PUT."""
    return (
        Step("POST", "/v2/{name}/blobs/uploads/", 202),
        Step(
            "PUT",
            f"{{location}}&digest={sha256(content)}",
            201,
            content,
            headers={"docker-content-digest": sha256(content)},
        ),
    )


BASE = (*upload(BLOB), *upload(CONFIG))


def put(reference: str, content: bytes, status: int = 201, type_: str = IMAGE_TYPE, **wanted: Any) -> Step:
    """Return the step that pushes a manifest."""
    return Step("PUT", f"/v2/{{name}}/manifests/{reference}", status, content, {"content-type": type_}, **wanted)


def _range(text: str) -> dict[str, str]:
    return {"content-range": text, "content-type": "application/octet-stream"}


PUSHED = (*BASE, put("v1", IMAGE))
_BLOB = f"/v2/{{name}}/blobs/{sha256(BLOB)}"
_MANIFEST = f"/v2/{{name}}/manifests/{sha256(IMAGE)}"
_ANY = {"accept": f"{IMAGE_TYPE}, {INDEX_TYPE}"}

STORIES = (
    Story("end-1", (Step("GET", "/v2/", 200, json={}),)),
    Story("end-2: blob", (*BASE, Step("GET", _BLOB, 200, headers={"docker-content-digest": sha256(BLOB)}, content=BLOB))),
    Story("end-2: HEAD", (*BASE, Step("HEAD", _BLOB, 200, headers={"content-length": str(len(BLOB))}, content=b""))),
    Story("end-2: range", (*BASE, Step("GET", _BLOB, 206, send={"range": "bytes=2-6"}, headers={"content-range": f"bytes 2-6/{len(BLOB)}"}, content=BLOB[2:7]))),
    Story("end-2: the rest", (*BASE, Step("GET", _BLOB, 206, send={"range": "bytes=30-"}, content=BLOB[30:]))),
    Story("end-2: the end", (*BASE, Step("GET", _BLOB, 206, send={"range": "bytes=-5"}, content=BLOB[-5:]))),
    Story("end-2: past the end", (*BASE, Step("GET", _BLOB, 206, send={"range": "bytes=30-999"}, headers={"content-range": f"bytes 30-40/{len(BLOB)}"}, content=BLOB[30:]))),
    Story("end-2: outside", (*BASE, Step("GET", _BLOB, 416, send={"range": "bytes=999-"}, headers={"content-range": f"bytes */{len(BLOB)}"})), peer="breaks off the body"),
    Story("end-2: unknown", (Step("GET", f"/v2/{{name}}/blobs/{UNKNOWN}", 404, code="BLOB_UNKNOWN"), Step("HEAD", f"/v2/{{name}}/blobs/{UNKNOWN}", 404))),
    Story("end-2: malformed digest", (Step("GET", "/v2/{name}/blobs/sha256:abc", 400, code="DIGEST_INVALID"),)),
    Story("end-2: of another repository", (Step("GET", f"/v2/{{name}}/blobs/{sha256(BLOB)}", 404, code="BLOB_UNKNOWN"),)),
    Story("end-3: by tag", (*PUSHED, Step("GET", "/v2/{name}/manifests/v1", 200, send=_ANY, headers={"docker-content-digest": sha256(IMAGE), "content-type": IMAGE_TYPE}, content=IMAGE))),
    Story("end-3: by digest", (*PUSHED, Step("GET", _MANIFEST, 200, send=_ANY, headers={"docker-content-digest": sha256(IMAGE)}, content=IMAGE))),
    Story("end-3: HEAD", (*PUSHED, Step("HEAD", _MANIFEST, 200, send=_ANY, headers={"content-length": str(len(IMAGE)), "content-type": IMAGE_TYPE}, content=b""))),
    Story("end-3: unknown", (*PUSHED, Step("GET", "/v2/{name}/manifests/none", 404, send=_ANY, code="MANIFEST_UNKNOWN"), Step("GET", f"/v2/{{name}}/manifests/{UNKNOWN}", 404, send=_ANY, code="MANIFEST_UNKNOWN"))),
    Story("end-3: unknown repository", (Step("GET", "/v2/{name}/manifests/none", 404, send=_ANY),)),
    Story("end-4a", (Step("POST", "/v2/{name}/blobs/uploads/", 202, headers={"content-length": "0"}),)),
    Story("end-4b", (Step("POST", f"/v2/{{name}}/blobs/uploads/?digest={sha256(BLOB)}", 201, BLOB, headers={"docker-content-digest": sha256(BLOB)}), Step("GET", _BLOB, 200, content=BLOB)), peer="takes no content in POST: 202"),
    Story("end-5: chunks", (
        Step("POST", "/v2/{name}/blobs/uploads/", 202),
        Step("PATCH", "{location}", 202, OTHER[:1000], _range("0-999"), {"range": "0-999"}),
        Step("PATCH", "{location}", 202, OTHER[1000:5000], _range("1000-4999"), {"range": "0-4999"}),
        Step("PUT", f"{{location}}&digest={sha256(OTHER)}", 201, OTHER[5000:]),
        Step("GET", f"/v2/{{name}}/blobs/{sha256(OTHER)}", 200, content=OTHER),
    )),
    Story("end-5: last chunk before PUT", (
        Step("POST", "/v2/{name}/blobs/uploads/", 202),
        Step("PATCH", "{location}", 202, BLOB),
        Step("PUT", f"{{location}}&digest={sha256(BLOB)}", 201, b""),
    )),
    Story("end-5: out of order", (
        Step("POST", "/v2/{name}/blobs/uploads/", 202),
        Step("PATCH", "{location}", 416, BLOB[10:20], _range("10-19")),
    ), peer="takes chunks in any order"),
    Story("end-5: resumed", (
        Step("POST", "/v2/{name}/blobs/uploads/", 202),
        Step("PATCH", "{location}", 202, BLOB[:10], _range("0-9")),
        Step("PATCH", "{location}", 416, BLOB[:10], _range("0-9")),
        Step("GET", "{location}", 204, headers={"range": "0-9"}),
        Step("PATCH", "{location}", 202, BLOB[10:], _range(f"10-{len(BLOB) - 1}")),
        Step("PUT", f"{{location}}&digest={sha256(BLOB)}", 201),
        Step("GET", _BLOB, 200, content=BLOB),
    ), peer="takes chunks in any order"),
    Story("end-6: another digest", (
        Step("POST", "/v2/{name}/blobs/uploads/", 202),
        Step("PUT", f"{{location}}&digest={UNKNOWN}", 400, BLOB, code="DIGEST_INVALID"),
        Step("GET", f"/v2/{{name}}/blobs/{UNKNOWN}", 404),
    )),
    Story("end-6: no digest", (Step("POST", "/v2/{name}/blobs/uploads/", 202), Step("PUT", "{location}", 400, BLOB, code="DIGEST_INVALID"))),
    Story("end-6: unknown upload", (Step("PUT", f"/v2/{{name}}/blobs/uploads/00000000-0000-0000-0000-000000000000?digest={UNKNOWN}", 404, BLOB, code="BLOB_UPLOAD_UNKNOWN"),), peer="needs a state of its own: 400"),
    Story("end-6: an empty blob", (Step("POST", "/v2/{name}/blobs/uploads/", 202), Step("PUT", f"{{location}}&digest={sha256(b'')}", 201), Step("HEAD", f"/v2/{{name}}/blobs/{sha256(b'')}", 200, headers={"content-length": "0"}))),
    Story("end-7: the same tag again", (*PUSHED, put("v1", image(annotations={"a": "b"})), Step("GET", "/v2/{name}/manifests/v1", 200, send=_ANY, content=image(annotations={"a": "b"})), Step("GET", _MANIFEST, 200, send=_ANY, content=IMAGE))),
    Story("end-7: by digest", (*BASE, put(sha256(IMAGE), IMAGE, headers={"docker-content-digest": sha256(IMAGE)}))),
    Story("end-7: another digest", (*BASE, put(UNKNOWN, IMAGE, 400, code="DIGEST_INVALID"))),
    Story("end-7: a layer is missing", (*upload(CONFIG), put("v1", IMAGE, 400, code="MANIFEST_BLOB_UNKNOWN"), Step("GET", "/v2/{name}/manifests/v1", 404, send=_ANY))),
    Story("end-7: no JSON", (put("v1", b"{", 400, code="MANIFEST_INVALID"),)),
    Story("end-7: types differ", (*BASE, put("v1", IMAGE, 400, type_=DOCKER_TYPE, code="MANIFEST_INVALID"))),
    Story("end-7: an index", (*PUSHED, put("all", index(IMAGE), type_=INDEX_TYPE), Step("GET", "/v2/{name}/manifests/all", 200, send=_ANY, headers={"content-type": INDEX_TYPE}, content=index(IMAGE)))),
    Story("end-7: an index without its child", (put("all", index(IMAGE), 400, type_=INDEX_TYPE, code="MANIFEST_BLOB_UNKNOWN"),)),
    Story("end-7: a subject that is not there", (*BASE, put("sig", SIGNATURE, headers={"oci-subject": sha256(IMAGE)})), peer="knows no subjects"),
    Story("end-8a", (*PUSHED, put("v2", IMAGE), Step("GET", "/v2/{name}/tags/list", 200, json={"name": "{name}", "tags": ["v1", "v2"]}))),
    Story("end-8a: unknown repository", (Step("GET", "/v2/{name}/tags/list", 404, code="NAME_UNKNOWN"),)),
    Story("end-8b", (*BASE, *(put(tag, IMAGE) for tag in ("b", "a", "B", "c")),
        Step("GET", "/v2/{name}/tags/list?n=2", 200, headers={"link": '</v2/{name}/tags/list?last=a&n=2>; rel="next"'}, json={"name": "{name}", "tags": ["B", "a"]}),
        Step("GET", "/v2/{name}/tags/list?n=2&last=a", 200, headers={"link": ""}, json={"name": "{name}", "tags": ["b", "c"]}),
        Step("GET", "/v2/{name}/tags/list?n=0", 200, headers={"link": ""}, json={"name": "{name}", "tags": []}),
        Step("GET", "/v2/{name}/tags/list?last=zzz", 200, json={"name": "{name}", "tags": []}),
        Step("GET", "/v2/{name}/tags/list?n=-1", 400, code="PAGINATION_NUMBER_INVALID"),
    ), peer="ignores n and last"),
    Story("end-9: a tag", (*PUSHED, Step("DELETE", "/v2/{name}/manifests/v1", 202), Step("GET", "/v2/{name}/manifests/v1", 404, send=_ANY), Step("GET", _MANIFEST, 200, send=_ANY)), peer="deletes no tags"),
    Story("end-9: a manifest", (*PUSHED, Step("DELETE", _MANIFEST, 202), Step("GET", _MANIFEST, 404, send=_ANY), Step("GET", "/v2/{name}/manifests/v1", 404, send=_ANY), Step("DELETE", _MANIFEST, 404))),
    Story("end-10", (*BASE, Step("DELETE", _BLOB, 202), Step("GET", _BLOB, 404, code="BLOB_UNKNOWN"), Step("DELETE", _BLOB, 404))),
    Story("end-11: mounted", (Step("POST", f"/v2/{{name}}/blobs/uploads/?mount={sha256(BLOB)}&from={{base}}", 201, headers={"docker-content-digest": sha256(BLOB)}), Step("GET", _BLOB, 200, content=BLOB))),
    Story("end-11: not there", (Step("POST", f"/v2/{{name}}/blobs/uploads/?mount={UNKNOWN}&from={{base}}", 202), Step("PUT", f"{{location}}&digest={sha256(BLOB)}", 201, BLOB))),
    Story("end-12", (*PUSHED, put("sig", SIGNATURE, headers={"oci-subject": sha256(IMAGE)}),
        Step("GET", f"/v2/{{name}}/referrers/{sha256(IMAGE)}", 200, headers={"content-type": INDEX_TYPE}, json={
            "schemaVersion": 2, "mediaType": INDEX_TYPE,
            "manifests": [{"mediaType": IMAGE_TYPE, "digest": sha256(SIGNATURE), "size": len(SIGNATURE), "artifactType": "application/vnd.example.signature", "annotations": {"by": "somebody"}}],
        }),
        Step("GET", f"/v2/{{name}}/referrers/{sha256(IMAGE)}?artifactType=none", 200, headers={"oci-filters-applied": "artifactType"}, json={"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": []}),
        Step("GET", f"/v2/{{name}}/referrers/{UNKNOWN}", 200, json={"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": []}),
        Step("DELETE", f"/v2/{{name}}/manifests/{sha256(SIGNATURE)}", 202),
        Step("GET", f"/v2/{{name}}/referrers/{sha256(IMAGE)}", 200, json={"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": []}),
    ), peer="has no referrers"),
    Story("end-12: malformed digest", (Step("GET", "/v2/{name}/referrers/sha256:abc", 400, code="DIGEST_INVALID"),), peer="has no referrers"),
    Story("end-13", (Step("POST", "/v2/{name}/blobs/uploads/", 202), Step("PATCH", "{location}", 202, BLOB[:7]), Step("GET", "{location}", 204, headers={"range": "0-6"}))),
    Story("end-14: cancelled", (Step("POST", "/v2/{name}/blobs/uploads/", 202), Step("DELETE", "{location}", 204), Step("GET", "{location}", 404, code="BLOB_UPLOAD_UNKNOWN"))),
    Story("methods", (Step("POST", "/v2/{name}/manifests/v1", 405), Step("PUT", "/v2/{name}/tags/list", 405))),
)  # fmt: skip


@dataclass
class Teller:
    """Tells a story to a registry and compares its answers."""

    client: httpx.AsyncClient
    name: str
    base: str

    async def tell(self, story: Story) -> None:
        """Send each step and compare."""
        location = ""
        for number, step in enumerate(story.steps, 1):
            names = {"{name}": self.name, "{base}": self.base, "{location}": location}
            response = await self.client.request(
                step.method, _filled(step.path, names), content=step.body or b"", headers=step.send
            )
            where = f"step {number}: {step.method} {response.request.url}\n{response.headers}\n{response.text[:500]}"
            assert response.status_code == step.status, where
            found = {name: response.headers.get(name, "") for name in step.headers}
            assert found == {name: _filled(value, names) for name, value in step.headers.items()}, where
            assert step.content in (None, response.content), where
            if step.code:
                assert [error["code"] for error in response.json()["errors"]] == [step.code], where
            if step.json is not None:
                assert response.json() == json.loads(_filled(json.dumps(step.json), names)), where
            if "location" in response.headers:
                location = urljoin(str(response.request.url), response.headers["location"])
                if "?" not in location:
                    location += "?"


def _filled(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(name, value)
    return text
