"""The program that carries operations out behind one allow-list after another, inside a lab.

`python border.py JOB`: a file of JSON with `lists` (a name to a text), `entries` (hosts to pull from and push to),
`management` (a host), `plants` (connected registries that sync here) and `states` (regions that are down). It prints
JSON: for each state and list, the operations that work, with the hosts that each has connected to.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import select
import socket
import ssl
import sys
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

SILENT = 0.3
"""Seconds: a connection over the loopback interface is made by the kernel in the call that asks for it."""
LONGEST = 60.0
OK, CREATED, ACCEPTED, REDIRECT, UNAUTHORIZED = 200, 201, 202, 307, 401
BLOB = b"a layer that is pushed"
CONTEXT = ssl.create_default_context()


class Lab:
    """Orders to the lab that this runs in."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(os.environ["ACRDNS_LAB"])

    def order(self, what: str, **arguments: Any) -> dict[str, Any]:
        """Give an order and return the answer."""
        self._socket.sendall(json.dumps({"order": what, **arguments}).encode() + b"\n")
        answer: dict[str, Any] = json.loads(self._socket.makefile().readline())
        assert "error" not in answer, answer
        return answer


class Client:
    """Connects by name; `addresses` and `silent` are what it has learnt under a list."""

    def __init__(self) -> None:
        self.addresses: dict[str, list[str]] = {}
        self.silent: set[str] = set()
        self.touched: set[str] = set()

    def ask(
        self, method: str, url: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request over a connection of its own and return status, headers and body."""
        parts = urlsplit(url)
        host = str(parts.hostname)
        self.touched.add(host)
        connection = http.client.HTTPConnection(host, timeout=LONGEST)
        connection.sock = CONTEXT.wrap_socket(self._connected(host), server_hostname=host)
        try:
            target = f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}"
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def _connected(self, host: str) -> socket.socket:
        for address in self._resolved(host):
            if address in self.silent:
                continue
            made = socket.socket()
            made.settimeout(0)
            made.connect_ex((address, 443))
            writable = select.select([], [made], [], SILENT)[1]
            if writable and not made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                made.settimeout(LONGEST)
                return made
            made.close()
            self.silent.add(address)
        raise TimeoutError(host)

    def _resolved(self, host: str) -> list[str]:
        if host not in self.addresses:
            try:
                found = socket.getaddrinfo(host, 443, socket.AF_INET, socket.SOCK_STREAM)
            except OSError:
                found = []
            self.addresses[host] = [str(each[4][0]) for each in found]
        return self.addresses[host]


class Entry:
    """The operations at one login server, regional endpoint or connected registry."""

    def __init__(self, client: Client, host: str, number: str) -> None:
        self._client = client
        self._at = f"https://{host}"
        self._pushed = f"pushed-{number}"
        self._tokens: dict[str, str] = {}

    def login(self) -> bool:
        """Return whether the challenge comes."""
        return self._client.ask("GET", f"{self._at}/v2/")[0] == UNAUTHORIZED

    def token(self) -> bool:
        """Return whether there is a token."""
        return bool(self._token("hello-world", "pull"))

    def manifest(self) -> bool:
        """Return whether an image has layers."""
        return bool(self._manifest["layers"])

    def referrers(self) -> bool:
        """Return whether referrers are listed."""
        digest = f"sha256:{0:064d}"
        return self._get(f"/v2/hello-world/referrers/{digest}")[0] == OK

    def layer_pull(self) -> bool:
        """Return whether a layer comes, wherever a redirect leads."""
        digest = self._manifest["layers"][0]["digest"]
        status, headers, body = self._get(f"/v2/hello-world/blobs/{digest}")
        if status == REDIRECT:
            status, headers, body = self._client.ask("GET", headers["location"])
        return status == OK and digest == f"sha256:{hashlib.sha256(body).hexdigest()}"

    def layer_push(self) -> bool:
        """Return whether a layer is taken."""
        bearer = {"Authorization": f"Bearer {self._token(self._pushed, 'pull,push')}"}
        status, headers, _ = self._client.ask("POST", f"{self._at}/v2/{self._pushed}/blobs/uploads/", bearer, b"")
        if status != ACCEPTED:
            return False
        place = headers["location"]
        url = place if place.startswith("https:") else self._at + place
        digest = f"sha256:{hashlib.sha256(BLOB).hexdigest()}"
        url += ("&" if "?" in url else "?") + urlencode({"digest": digest})
        return self._client.ask("PUT", url, {**bearer, "Content-Type": "application/octet-stream"}, BLOB)[0] == CREATED

    @cached_property
    def _manifest(self) -> dict[str, Any]:
        kinds = "vnd.oci.image.index.v1+json", "vnd.oci.image.manifest.v1+json"
        found: dict[str, Any] = {}
        for reference in ("latest", "of the first platform"):
            path = f"/v2/hello-world/manifests/{found['manifests'][0]['digest'] if found else reference}"
            status, _, body = self._get(path, Accept=", ".join(f"application/{kind}" for kind in kinds))
            assert status == OK
            found = json.loads(body)
        return found

    def _get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        token = self._token("hello-world", "pull")
        return self._client.ask("GET", self._at + path, {"Authorization": f"Bearer {token}", **headers})

    def _token(self, repository: str, actions: str) -> str:
        if repository not in self._tokens:
            self._tokens[repository] = self._issued(repository, actions)
        return self._tokens[repository]

    def _issued(self, repository: str, actions: str) -> str:
        _, headers, _ = self._client.ask("GET", f"{self._at}/v2/")
        asked = dict(re.findall(r'(\w+)="([^"]*)"', headers["www-authenticate"]))
        query = urlencode({"service": asked["service"], "scope": f"repository:{repository}:{actions}"})
        user = f"{os.environ['ACRDNS_LAB_USER']}:{os.environ['ACRDNS_LAB_PASSWORD']}"
        basic = {"Authorization": f"Basic {base64.b64encode(user.encode()).decode()}"}
        status, _, body = self._client.ask("GET", f"{asked['realm']}?{query}", basic)
        return str(json.loads(body)["access_token"]) if status == OK else ""


OPERATIONS = {
    "login": Entry.login,
    "token": Entry.token,
    "manifest": Entry.manifest,
    "layer-pull": Entry.layer_pull,
    "layer-push": Entry.layer_push,
    "referrers": Entry.referrers,
}


def tried(lab: Lab, client: Client, job: dict[str, Any], number: str) -> dict[str, list[str]]:
    """Return the operations that work, each with the hosts that it has connected to."""
    found: dict[str, list[str]] = {}

    def attempt(name: str, carried_out: Any) -> None:
        client.touched = set()
        try:
            works = carried_out()
        except (OSError, AssertionError, KeyError, http.client.HTTPException):
            works = False
        if works:
            found[name] = sorted(client.touched)

    for host in job["entries"]:
        entry = Entry(client, host, number)
        for name, method in OPERATIONS.items():
            attempt(f"{host} {name}", lambda method=method, entry=entry: method(entry))
    attempt("management", lambda: client.ask("GET", f"https://{job['management']}/")[0])
    for plant in job["plants"]:
        reason = lab.order("connected", name=plant, action="sync")["reason"] or ""
        found[f"sync of {plant}"] = [reason.partition(":")[0]]
    return found


def main(path: str) -> None:
    """Carry a job out."""
    job = json.loads(Path(path).read_text())
    lab = Lab()
    result: dict[str, dict[str, dict[str, list[str]]]] = {}
    for state, down in job["states"].items():
        for region in job["regions"]:
            lab.order("region", region=region, down=region in down, lag=None)
        addresses: dict[str, list[str]] = {}
        for number, (name, text) in enumerate(job["lists"].items()):
            lab.order("firewall", text=text, file=name)
            client = Client()
            client.addresses = addresses
            result.setdefault(state, {})[name] = tried(lab, client, job, f"{state}-{number}")
    for region in job["regions"]:
        lab.order("region", region=region, down=False, lag=None)
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
