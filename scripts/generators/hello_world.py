"""The image that a new store holds: `hello-world` for three kinds of processor, each a program of a few instructions.

It is an OCI image layout as JSON, from path to bytes in base64. Nothing here is compiled or fetched: a program is an
ELF file with two system calls, write and exit, and a layer is a tar archive with that one file.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

MESSAGE = b"Hello from the lab of acrdns: this image came by its real name.\n"
_CREATED = "2026-01-01T00:00:00Z"
_BASE = 0x400000


@dataclass(frozen=True)
class Platform:
    """A processor: its name in OCI images, its ELF machine, and the program in its machine code."""

    architecture: str
    variant: str
    machine: int
    code: bytes
    """Writes the message, which follows it, and exits."""
    bits: int = 64


def _amd64() -> bytes:
    tail = bytes.fromhex("ba") + struct.pack("<I", len(MESSAGE)) + bytes.fromhex("0f05b83c00000031ff0f05")
    return bytes.fromhex("b801000000bf01000000488d35") + struct.pack("<I", len(tail)) + tail


def _arm64() -> bytes:
    words = [
        0xD2800020,  # mov x0, #1
        0x10000001 | 7 * 4 << 3,  # adr x1, seven instructions on
        0xD2800002 | len(MESSAGE) << 5,  # mov x2, #length
        0xD2800808,  # mov x8, #64 (write)
        0xD4000001,  # svc #0
        0xD2800000,  # mov x0, #0
        0xD2800BA8,  # mov x8, #93 (exit)
        0xD4000001,  # svc #0
    ]
    return struct.pack(f"<{len(words)}I", *words)


def _arm() -> bytes:
    words = [
        0xE3A00001,  # mov r0, #1
        0xE28F1014,  # add r1, pc, #20
        0xE3A02000 | len(MESSAGE),  # mov r2, #length
        0xE3A07004,  # mov r7, #4 (write)
        0xEF000000,  # svc #0
        0xE3A00000,  # mov r0, #0
        0xE3A07001,  # mov r7, #1 (exit)
        0xEF000000,  # svc #0
    ]
    return struct.pack(f"<{len(words)}I", *words)


PLATFORMS = (
    Platform("amd64", "", 62, _amd64()),
    Platform("arm64", "v8", 183, _arm64()),
    Platform("arm", "v7", 40, _arm(), bits=32),
)


def program(platform: Platform) -> bytes:
    """Return an ELF file (elf(5)) with one segment: the code and the message behind it."""
    content = platform.code + MESSAGE
    header, entry = (64 + 56, "<HHIQQQIHHHHHH") if platform.bits == 64 else (52 + 32, "<HHIIIIIHHHHHH")  # noqa: PLR2004
    size = header + len(content)
    ident = b"\x7fELF" + bytes((2 if platform.bits == 64 else 1, 1, 1)) + bytes(9)  # noqa: PLR2004
    first, second = (64, 56) if platform.bits == 64 else (52, 32)  # noqa: PLR2004
    flags = 0x05000000 if platform.bits == 32 else 0  # noqa: PLR2004 -- EABI version 5
    head = struct.pack(entry, 2, platform.machine, 1, _BASE + header, first, 0, flags, first, second, 1, 0, 0, 0)
    if platform.bits == 64:  # noqa: PLR2004
        segment = struct.pack("<IIQQQQQQ", 1, 5, 0, _BASE, _BASE, size, size, 0x1000)
    else:
        segment = struct.pack("<IIIIIIII", 1, 0, _BASE, _BASE, size, size, 5, 0x1000)
    return ident + head + segment + content


def layer(platform: Platform) -> bytes:
    """Return a tar archive with the file `hello`, the same on every machine."""
    content = program(platform)
    stream = io.BytesIO()
    info = tarfile.TarInfo("hello")
    info.size, info.mode = len(content), 0o755
    stream.write(info.tobuf(tarfile.USTAR_FORMAT))
    stream.write(content + bytes(-len(content) % tarfile.BLOCKSIZE))
    stream.write(bytes(2 * tarfile.BLOCKSIZE))
    return stream.getvalue()


def layout() -> dict[str, bytes]:
    """Return the files of the image layout (OCI image specification, image-layout)."""
    files = {"oci-layout": _json({"imageLayoutVersion": "1.0.0"})}

    def add(media_type: str, content: bytes) -> dict[str, Any]:
        digest = hashlib.sha256(content).hexdigest()
        files[f"blobs/sha256/{digest}"] = content
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

    manifests = []
    for platform in PLATFORMS:
        tar = layer(platform)
        where = {"architecture": platform.architecture, "os": "linux"}
        where |= {"variant": platform.variant} if platform.variant else {}
        config = {
            "created": _CREATED,
            **where,
            "config": {"Cmd": ["/hello"]},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(tar).hexdigest()}"]},
        }
        image = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": add("application/vnd.oci.image.config.v1+json", _json(config)),
            "layers": [add("application/vnd.oci.image.layer.v1.tar", tar)],
        }
        manifests.append({**add(str(image["mediaType"]), _json(image)), "platform": where})
    index_type = "application/vnd.oci.image.index.v1+json"
    index = {"schemaVersion": 2, "mediaType": index_type, "manifests": manifests}
    named = add(index_type, _json(index)) | {"annotations": {"org.opencontainers.image.ref.name": "latest"}}
    files["index.json"] = _json({"schemaVersion": 2, "mediaType": index_type, "manifests": [named]})
    return files


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def outputs(root: Path) -> dict[str, str]:  # noqa: ARG001 -- every generator is given the top of the repository
    """Return the layout as the package has it."""
    files = {path: base64.b64encode(content).decode() for path, content in layout().items()}
    return {"acrdns/lab/storage/hello-world.json": json.dumps(files, indent=0) + "\n"}
