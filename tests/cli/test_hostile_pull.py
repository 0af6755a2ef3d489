"""A hostile registry changes no report of `check --pull`: headers, bodies and targets are words in every format."""

from __future__ import annotations

import json
import ssl
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar

import dns.message
import dns.rdatatype
import pytest
import trustme

from acrdns.cli import main
from acrdns.probe.pull.connection import PullConnection
from tests.cli.test_hostile_outputs import FORMATS, HARMLESS, HOSTILE, READERS, SHORT, unplaced
from tests.probe.scripted import Scripted, reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


SAME = ("refused", "storage", "coded", "digest")
"""Registries whose pull fails in the same way whatever the words are."""
OTHER = ("challenge", "realm", "reason", "header", "location", "target", "formed")
"""Registries whose words may be none of HTTP, so that the step that fails may be another one."""
ELSEWHERE = "evil.example"


class Registry(BaseHTTPRequestHandler):
    """All registries; the name asked for says where the words stand."""

    words: ClassVar[str]

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with the words of a hostile registry."""
        host = self.headers["Host"].partition(":")[0]
        status, headers, body = self._answer(host.partition(".")[0])
        lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body)

    def _answer(self, case: str) -> tuple[str, dict[str, str], bytes]:
        words = self.words
        in_line = "".join(letter for letter in words if letter not in "\r\n\0")
        if self.path == "/v2/" and case in ("storage", "digest", "location", "target", "formed"):
            return "200 OK", {}, b""
        if "/manifests/" in self.path:
            digest = words if case == "digest" else f"sha256:{'a' * 64}"
            layers: Any = words if case == "formed" else [{"digest": digest, "size": 1}]
            return "200 OK", {}, json.dumps({"layers": layers}).encode()
        error = (
            f"<Error><Code>AuthenticationFailed</Code><AuthenticationErrorDetail>{words}</AuthenticationErrorDetail>"
        )
        realm = f'Bearer realm="https://{ELSEWHERE}/{in_line}"'
        answers: dict[str, tuple[str, dict[str, str], bytes]] = {
            "refused": ("403 Forbidden", {}, json.dumps({"errors": [{"code": "DENIED", "message": words}]}).encode()),
            "coded": ("500 Error", {}, json.dumps({"errors": [{"code": words, "message": [words]}]}).encode()),
            "storage": ("403 Forbidden", {}, error.encode()),
            "digest": ("200 OK", {}, b"another content"),
            "challenge": ("401 Unauthorized", {"WWW-Authenticate": in_line}, b""),
            "realm": ("401 Unauthorized", {"WWW-Authenticate": realm}, b""),
            "reason": (f"418 {in_line}", {}, b""),
            "header": (f"401 Unauthorized\r\n{in_line}: x", {in_line: in_line}, b""),
            "location": ("307 Moved", {"Location": f"https://{ELSEWHERE}/{in_line}"}, b""),
            "target": ("307 Moved", {"Location": f"https://{in_line}.{ELSEWHERE}/"}, b""),
        }
        return answers.get(case, ("500 Error", {}, words.encode()))


@contextmanager
def registries(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve all registries, and send the pulls of `check` there."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("*.azurecr.io", ELSEWHERE, f"*.{ELSEWHERE}").configure_cert(server)
    authority.configure_trust(client)
    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as listening:
        listening.socket = server.wrap_socket(listening.socket, server_side=True)
        port = listening.server_port
        patch.setattr("acrdns.probe.pull.connection.PullConnection", partial(PullConnection, context=client, port=port))
        thread = Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield
        finally:
            listening.shutdown()
            thread.join()


def _here(query: dns.message.Message, _: str) -> dns.message.Message:
    question = query.question[0]
    return reply(query, *[f"{question.name} 60 IN A 127.0.0.1"] * (question.rdtype == dns.rdatatype.A))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a topology of each group of registries."""
    for group, names in (("same", SAME), ("other", OTHER)):
        found = "".join(f"  {name}: {{location: eastus, sku: Basic}}\n" for name in names)
        text = f"version: 1\nregistries:\n{found}networks: {{hub: {{address_space: [10.0.0.0/16]}}}}\n"
        (tmp_path / f"{group}.yaml").write_text(text)
    return tmp_path


@pytest.mark.parametrize("words", [*(pytest.param(name, marks=pytest.mark.slow) for name in HOSTILE), "all"])
def test_every_report_of_a_pull_means_the_same(words: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To a reader of each format; where the words are no HTTP, the pull fails, and each report can be read."""
    monkeypatch.setenv("ACRDNS_REGISTRY_USER", "someone")
    files = {each: folder / f"report.{each}" for each in FORMATS}

    def meanings(group: str, text: str) -> dict[str, Any]:
        Registry.words = text
        outputs = [f"--output={each}={path}" for each, path in files.items()]
        asked = ["--from=hub", "--server", str(resolver.server), "--no-ipv6", "--pull", *outputs]
        assert main.run(["check", str(folder / f"{group}.yaml"), *asked]) == 1
        return {each: READERS[each](unplaced(path.read_text())) for each, path in files.items()}

    hostile = "".join(HOSTILE[name] for name in SHORT) if words == "all" else HOSTILE[words]
    with Scripted(_here) as resolver, registries(monkeypatch):
        harmless, found = (meanings("same", text) for text in (HARMLESS, hostile))
        for each in FORMATS:
            assert (each, found[each]) == (each, harmless[each])
        meanings("other", hostile)
        pulls = json.loads(files["json"].read_text())["pulls"]
    assert [(pull["registry"], pull["status"]) for pull in pulls] == [(name, "fail") for name in OTHER]
