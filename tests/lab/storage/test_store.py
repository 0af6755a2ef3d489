"""The store as a directory: its lock, what it keeps, and what is collected."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.errors import LabError
from acrdns.lab.storage.database import named_errors
from acrdns.lab.storage.layout import Folder, load
from acrdns.lab.storage.store import Store
from tests.lab.lab import NOON, make

if TYPE_CHECKING:
    import httpx


def test_a_store_belongs_to_one_lab(tmp_path: Path) -> None:
    """A second one is told so, and gets it when the first has ended."""
    first = make(tmp_path / "store")
    with pytest.raises(LabError, match="is used by another lab; stop that one, or take another --store"):
        make(tmp_path / "store")
    first.state.close()
    make(tmp_path / "store").state.close()


def test_keys_and_passwords_outlive_a_lab(tmp_path: Path) -> None:
    """In a file that nobody else may read."""
    lab = make(tmp_path / "store")
    password, keys = lab.state.password, lab.state.store.keys.of("contoso")
    lab.state.close()
    file = tmp_path / "store/keys/keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lab = make(tmp_path / "store")
    assert (lab.state.password, lab.state.store.keys.of("contoso")) == (password, keys)
    lab.state.close()


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("keys/keys.json", b"{", "has no keys that can be read"),
        ("keys/keys.json", b"[]", "has no keys that can be read"),
        ("keys/keys.json", b"{}", "has no keys that can be read"),
        ("keys/keys.json", b'{"keys": {"contoso": []}, "passwords": {}}', "has no keys that can be read"),
        (
            "keys/keys.json",
            b'{"keys": {"contoso": [{"id": "a", "secret": "x"}]}, "passwords": {}}',
            "has no keys that can be read",
        ),
        ("keys/keys.json", b'{"keys": {}, "passwords": {"lab": 1}}', "has no keys that can be read"),
        ("state.db", b"no database, but long enough to be read as one" * 50, "is no store that can be used"),
    ],
)
def test_a_broken_store_is_an_error_with_a_place(tmp_path: Path, file: str, content: bytes, said: str) -> None:
    """Never a trace."""
    make(tmp_path / "store").state.close()
    (tmp_path / "store" / file).write_bytes(content)
    with pytest.raises(LabError, match=said):
        Store(tmp_path / "store")


def test_no_file_can_be_the_store(tmp_path: Path) -> None:
    """The path of something else."""
    (tmp_path / "store").write_text("")
    with pytest.raises(LabError, match="cannot be a store"):
        Store(tmp_path / "store")


def test_garbage_is_collected(tmp_path: Path) -> None:
    """A blob that no manifest names goes after a day, those of a manifest stay until it is deleted."""
    lab = make(tmp_path / "store")
    lab.push("contoso", "app", b"forgotten")
    store = lab.state.store
    before = set(store.blobs.digests())
    assert lab.digest(b"forgotten") in before
    store.gc(NOON + 3600)
    assert set(store.blobs.digests()) == before
    assert store.gc(NOON + 86401) == len(b"forgotten")
    assert set(store.blobs.digests()) == before - {lab.digest(b"forgotten")}
    for registry, region in (("contoso", "eastus"), ("fabrikam", "westeurope")):
        store.content.delete_repository(lab.state.place(registry, region, "hello-world"))
    store.gc(NOON + 86401)
    assert list(store.blobs.digests()) == []
    lab.state.close()


def test_an_image_is_loaded_from_a_folder(tmp_path: Path) -> None:
    """A layout as skopeo writes it; what is broken in it is said."""
    from scripts.generators.hello_world import layout

    folder = tmp_path / "layout"
    for path, content in layout().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    lab = make(tmp_path / "store")
    place = lab.state.place("contoso", "eastus", "team/app")
    digest = load(lab.state.store, Folder(folder), place, lab.state.arrivals(place), "v1")
    assert lab.state.store.content.tagged(place, "v1") == digest
    with pytest.raises(LabError, match="has 0 images that could be meant"):
        load(lab.state.store, Folder(folder), place, [], "v1", name="other")
    blob = next(file for file in (folder / "blobs/sha256").iterdir() if file.stat().st_size == 2048)
    for each in list(lab.state.store.blobs.digests()):
        if each.endswith(blob.name):
            lab.state.store.blobs.path(each).unlink()
    lab.state.close()
    shutil.rmtree(tmp_path / "store")
    lab = make(tmp_path / "store")
    blob.write_bytes(b"altered")
    other = lab.state.place("contoso", "eastus", "other")
    with pytest.raises(LabError, match="no OCI image layout"):
        load(lab.state.store, Folder(tmp_path / "nowhere"), other, [], "v1")
    lab.state.close()


FULL = """
import asyncio, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.lab.storage.test_store import push_until_full
asyncio.run(push_until_full(Path(sys.argv[1])))
"""


async def push_until_full(directory: Path) -> None:
    """Push a blob of 8 MiB to a file system of 4: a clear answer, and what was there stays and is served."""
    lab = make(directory)
    async with lab.everywhere("https://contoso.azurecr.io", auth=lab.user, follow_redirects=True) as client:
        begun = await client.post("/v2/app/blobs/uploads/")
        place = begun.headers["location"]
        answers = [await client.patch(place, content=os.urandom(1 << 20)) for _ in range(8)]
        statuses = [answer.status_code for answer in answers]
        assert 202 in statuses, statuses
        assert statuses[-1] == 500, statuses
        error = answers[-1].json()["errors"][0]
        assert error["code"] == "UNKNOWN"
        assert os.strerror(errno.ENOSPC) in error["message"]
        assert (await client.get(place)).status_code == 204
        index = (await client.get("/v2/hello-world/manifests/latest")).json()
        image = (await client.get(f"/v2/hello-world/manifests/{index['manifests'][0]['digest']}")).json()
        layer = await client.get(f"/v2/hello-world/blobs/{image['layers'][0]['digest']}")
        assert lab.digest(layer.content) == image["layers"][0]["digest"]
        assert (await client.delete(place)).status_code == 204
        again = await client.post("/v2/app/blobs/uploads/")
        small = await client.put(f"{again.headers['location']}&digest={lab.digest(b'x')}", content=b"x")
        assert small.status_code == 201, small.text
        large = os.urandom(5 << 20)
        whole = await client.post(f"/v2/app/blobs/uploads/?digest={lab.digest(large)}", content=large)
        assert (whole.status_code, os.strerror(errno.ENOSPC) in whole.text) == (500, True)
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            lab.push("contoso", "app", large)
        assert list((directory / "uploads").iterdir()) == [], "nobody can resume them"
        place = (await client.post("/v2/app/blobs/uploads/")).headers["location"]
        assert (await client.patch(place, content=bytes(1 << 20))).status_code == 202
        with suppress(OSError), (directory.parent / "others").open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        assert (await client.delete(place)).status_code == 204, "its file makes room for that"
    lab.state.close()
    print("survived")


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path) -> None:
    """On a file system of its own, in a mount namespace of its own."""
    mounted = f'mount -t tmpfs -o size=4m none "{tmp_path}" && exec "$@"'
    root = Path(__file__).resolve().parents[3]
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", mounted, "sh", sys.executable, "-c", FULL]
    done = subprocess.run([*command, str(tmp_path / "store"), str(root)], capture_output=True, text=True, check=False)
    assert done.stdout == "survived\n", done.stderr


def test_a_full_database(tmp_path: Path) -> None:
    """A push fails with SQLite's words, and leaves neither a file nor an open transaction; then all goes on."""
    lab = make(tmp_path / "store")
    before = set(lab.state.store.blobs.digests())
    database = lab.state.store._database
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages}")
    with suppress(sqlite3.OperationalError):
        for number in range(10_000):
            lab.state.store.set_note(f"note {number}", "x" * 1000)

    async def pushed(content: bytes) -> httpx.Response:
        async with lab.everywhere("https://contoso.azurecr.io", auth=lab.user) as client:
            return await client.post(f"/v2/app/blobs/uploads/?digest={lab.digest(content)}", content=content)

    content = b"layer"
    while (refused := asyncio.run(pushed(content))).status_code == 201:  # what is free on a page takes some rows
        before.add(lab.digest(content))
        content += b"."
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (500, "UNKNOWN")
    assert "the lab's store fails: database or disk is full" in refused.text
    assert set(lab.state.store.blobs.digests()) == before
    assert list((tmp_path / "store" / "uploads").iterdir()) == []
    with pytest.raises(LabError, match=r"the store in .* fails: database or disk is full"), named_errors(tmp_path):
        lab.push("contoso", "app", content)
    database.execute(f"PRAGMA max_page_count = {pages + 1000}")
    assert not database.in_transaction
    assert asyncio.run(pushed(content)).status_code == 201
    lab.state.close()


def test_two_pushes_of_the_same_blob_at_once(tmp_path: Path) -> None:
    """Both are acknowledged, and there is one file."""
    lab = make(tmp_path / "store")
    content = bytes(100_000)

    async def pushed() -> list[int]:
        async with lab.everywhere("https://contoso.azurecr.io", auth=lab.user) as client:

            async def push(name: str) -> int:
                begun = await client.post(f"/v2/{name}/blobs/uploads/")
                place = f"{begun.headers['location']}&digest={lab.digest(content)}"
                return (await client.put(place, content=content)).status_code

            return await asyncio.gather(*(push(f"app{number}") for number in range(8)))

    assert asyncio.run(pushed()) == [201] * 8
    assert [each for each in lab.state.store.blobs.digests() if each == lab.digest(content)] == [lab.digest(content)]
    lab.state.close()
