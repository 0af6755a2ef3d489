"""Credentials of a registry: from the environment, or from the files that docker, podman and skopeo keep.

A command line shows in the list of processes, so that no option takes a password.
"""

from __future__ import annotations

import base64
import binascii
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acrdns.errors import ProbeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NULL_GUID = "00000000-0000-0000-0000-000000000000"
"""User that goes with an identity token as the password (facts.md section 5)."""
USER, PASSWORD = "ACRDNS_REGISTRY_USER", "ACRDNS_REGISTRY_PASSWORD"
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class PullCredentials:
    """A user and password, and where they are from."""

    user: str
    password: str
    source: str


def credentials(host: str, environment: Mapping[str, str]) -> PullCredentials | None:
    """Return the credentials for a login server, or None. Raises ProbeError for a file that cannot be read."""
    if environment.get(USER):
        return PullCredentials(environment[USER], environment.get(PASSWORD, ""), f"{USER} and {PASSWORD}")
    for file in _files(environment):
        try:
            document = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        except (OSError, ValueError) as error:
            raise ProbeError(f"{file} cannot be read: {error}") from error
        if found := _of_file(document, host, file):
            return found
    return None


def _files(environment: Mapping[str, str]) -> Iterator[Path]:
    if given := environment.get("REGISTRY_AUTH_FILE"):
        yield Path(given)
    home = Path(environment.get("HOME") or "/")
    if runtime := environment.get("XDG_RUNTIME_DIR"):
        yield Path(runtime, "containers/auth.json")
    yield home / ".config/containers/auth.json"
    yield Path(environment.get("DOCKER_CONFIG") or home / ".docker", "config.json")


def _of_file(document: Any, host: str, file: Path) -> PullCredentials | None:
    if not isinstance(document, dict):
        return None
    entry = (document.get("auths") or {}).get(host)
    if isinstance(entry, dict):
        if token := entry.get("identitytoken"):
            return PullCredentials(NULL_GUID, str(token), str(file))
        if auth := entry.get("auth"):
            return _decoded(str(auth), file)
    helper = (document.get("credHelpers") or {}).get(host) or document.get("credsStore")
    return _of_helper(str(helper), host) if helper else None


def _decoded(auth: str, file: Path) -> PullCredentials | None:
    try:
        user, _, password = base64.b64decode(auth, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return PullCredentials(user, password, str(file))


def _of_helper(helper: str, host: str) -> PullCredentials | None:
    """Ask a credential helper, as docker does: the host on stdin, JSON on stdout."""
    program = f"docker-credential-{helper}"
    try:
        done = subprocess.run(  # noqa: S603 -- the program that the user's own configuration names
            [program, "get"], input=host, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        found = json.loads(done.stdout) if done.returncode == 0 else {}
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    if not found.get("Username"):
        return None
    user = NULL_GUID if found["Username"] == "<token>" else str(found["Username"])
    return PullCredentials(user, str(found.get("Secret", "")), program)
