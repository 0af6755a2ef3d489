"""The image that a new store holds is a real one: whole, for three kinds of processor, and its program runs."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import subprocess
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.lab.storage.layout import hello_world
from scripts.generators.hello_world import MESSAGE

if TYPE_CHECKING:
    from pathlib import Path


def blob(digest: str) -> bytes:
    """Return a blob of the layout, whose digest is right."""
    with hello_world().open(f"blobs/{digest.replace(':', '/')}") as stream:
        content = stream.read()
    assert f"sha256:{hashlib.sha256(content).hexdigest()}" == digest
    return content


def images() -> dict[str, Any]:
    """Return the image manifests by processor."""
    with hello_world().open("index.json") as stream:
        index = json.loads(stream.read())
    (named,) = index["manifests"]
    return {
        each["platform"]["architecture"]: json.loads(blob(each["digest"]))
        for each in json.loads(blob(named["digest"]))["manifests"]
    }


@pytest.mark.parametrize(("architecture", "machine"), [("amd64", 62), ("arm64", 183), ("arm", 40)])
def test_an_image_is_whole(architecture: str, machine: int, tmp_path: Path) -> None:
    """Config and layer fit each other, and the program is of that processor."""
    image = images()[architecture]
    (layer,) = image["layers"]
    config = json.loads(blob(image["config"]["digest"]))
    assert (config["architecture"], config["rootfs"]["diff_ids"]) == (architecture, [layer["digest"]])
    assert len(blob(layer["digest"])) == layer["size"]
    with tarfile.open(fileobj=io.BytesIO(blob(layer["digest"]))) as archive:
        member = archive.extractfile("hello")
        assert member
        program = member.read()
    assert program[:4] == b"\x7fELF"
    assert int.from_bytes(program[18:20], "little") == machine
    if architecture == "amd64" and platform.machine() == "x86_64":
        file = tmp_path / "hello"
        file.write_bytes(program)
        file.chmod(0o755)
        assert subprocess.run([str(file)], check=True, capture_output=True).stdout == MESSAGE
