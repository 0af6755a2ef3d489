"""Where credentials of a pull come from: the environment, or the files of docker, podman and skopeo."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.errors import ProbeError
from acrdns.probe.pull.credentials import NULL_GUID, credentials

if TYPE_CHECKING:
    from pathlib import Path

HOST = "contoso.azurecr.io"


def auth(user: str, password: str = "secret") -> dict[str, Any]:  # noqa: S107 -- of nobody
    """Return the contents of a file with a user."""
    return {"auths": {HOST: {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}}}


@pytest.mark.parametrize(
    ("files", "environment", "expected"),
    [
        pytest.param({}, {}, None, id="none"),
        pytest.param({".docker/config.json": auth("docker")}, {}, ("docker", "secret"), id="docker"),
        pytest.param({"d/config.json": auth("moved")}, {"DOCKER_CONFIG": "d"}, ("moved", "secret"), id="DOCKER_CONFIG"),
        pytest.param({"r/containers/auth.json": auth("podman")}, {"XDG_RUNTIME_DIR": "r"}, ("podman", "secret"), id="podman"),
        pytest.param({"a.json": auth("named"), ".docker/config.json": auth("docker")}, {"REGISTRY_AUTH_FILE": "a.json"}, ("named", "secret"), id="REGISTRY_AUTH_FILE first"),
        pytest.param({"a.json": auth("named")}, {"REGISTRY_AUTH_FILE": "a.json", "ACRDNS_REGISTRY_USER": "me", "ACRDNS_REGISTRY_PASSWORD": "mine"}, ("me", "mine"), id="environment first"),
        pytest.param({".docker/config.json": {"auths": {HOST: {"identitytoken": "t"}}}}, {}, (NULL_GUID, "t"), id="identity token"),
        pytest.param({".docker/config.json": {"auths": {"other.azurecr.io": auth("x")["auths"][HOST]}}}, {}, None, id="another registry"),
        pytest.param({".docker/config.json": auth("a", "b:c")}, {}, ("a", "b:c"), id="colon in the password"),
        pytest.param({".docker/config.json": {"auths": {HOST: {"auth": "!!"}}}}, {}, None, id="no base64"),
        pytest.param({".docker/config.json": []}, {}, None, id="no object"),
        pytest.param({".docker/config.json": {"credHelpers": {HOST: "none-such"}}}, {}, None, id="a helper that is not there"),
    ],
)  # fmt: skip
def test_sources(
    files: dict[str, Any], environment: dict[str, str], expected: tuple[str, str] | None, tmp_path: Path
) -> None:
    """The first that has the login server counts."""
    for path, content in files.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content), encoding="utf-8")
    paths = {"DOCKER_CONFIG", "XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE"}
    given = {name: str(tmp_path / value) if name in paths else value for name, value in environment.items()}
    found = credentials(HOST, given | {"HOME": str(tmp_path)})
    assert ((found.user, found.password) if found else None) == expected


def test_a_helper_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As docker does: the host on stdin, JSON on stdout."""
    helper = tmp_path / "docker-credential-test"
    helper.write_text('#!/bin/sh\nread host\necho "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"for $host\\"}"\n')
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (tmp_path / "config.json").write_text(json.dumps({"credHelpers": {HOST: "test"}}), encoding="utf-8")
    found = credentials(HOST, {"DOCKER_CONFIG": str(tmp_path), "HOME": str(tmp_path)})
    assert found
    assert (found.user, found.password) == (NULL_GUID, f"for {HOST}")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """It is named."""
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(ProbeError, match=r"config\.json cannot be read"):
        credentials(HOST, {"DOCKER_CONFIG": str(tmp_path), "HOME": str(tmp_path)})
