"""Connected registries in step with their parents: up, down, nested, filtered, in conflict, and cut off."""

from __future__ import annotations

import asyncio
import json
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrdns.lab.condition import SyncFailed
from tests.lab.connected.plant import INDEX, PLANT, PlantLab, in_a_loop

CLOUD, FACTORY, LINE = "contoso.azurecr.io", "factory.plant.example", "line-1.plant.example"


@pytest.fixture
def plant(tmp_path: Path) -> PlantLab:
    """Return a plant with a new store."""
    return PlantLab(tmp_path / "store")


@in_a_loop
async def test_what_is_pushed_to_the_parent_comes_down_and_to_the_child(plant: PlantLab) -> None:
    """With its layers, through both; hello-world, which the child does not synchronize, stays above it."""
    digest = await plant.push(CLOUD, "app", "v1", "one")
    await plant.push(CLOUD, "other", "v1", "two")
    await plant.sync()
    await plant.sync("line-1")
    assert plant.tags("contoso/factory") == plant.tags("contoso/line-1") == {"v1": digest}
    assert plant.tags("contoso/factory", "hello-world").keys() == {"latest"}
    assert plant.tags("contoso/line-1", "hello-world") == plant.tags("contoso/factory", "other") == {}
    async with plant.uplink.client(LINE, plant.lab.user) as client:
        layer = (await client.get("/v2/app/manifests/v1")).json()["layers"][0]["digest"]
        assert (await client.get(f"/v2/app/blobs/{layer}")).text == "one"


@in_a_loop
async def test_an_index_comes_with_its_images(plant: PlantLab) -> None:
    """An index can be read as soon as it is there."""
    child = await plant.push(CLOUD, "app", "one", "one")
    entry = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": child, "size": 1}
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}).encode()
    async with plant.uplink.client(CLOUD, plant.lab.user) as client:
        answer = await client.put("/v2/app/manifests/all", content=index, headers={"content-type": INDEX})
        assert answer.status_code == 201
        assert (await client.delete("/v2/app/manifests/one")).status_code == 202
    await plant.sync()
    async with plant.uplink.client(FACTORY, plant.lab.user) as client:
        found = (await client.get("/v2/app/manifests/all")).json()["manifests"][0]["digest"]
        assert (await client.get(f"/v2/app/manifests/{found}")).status_code == 200


@in_a_loop
async def test_what_is_pushed_there_goes_up_and_does_not_come_back(plant: PlantLab) -> None:
    """It reaches the cloud and the child, and each change is there once."""
    await plant.sync()
    digest = await plant.push(FACTORY, "app", "v1", "one")
    for _ in range(2):
        await plant.sync()
        await plant.sync("line-1")
    assert plant.tags("contoso") == plant.tags("contoso/line-1") == {"v1": digest}
    assert len(plant.deliveries()) == len(set(plant.deliveries()))
    assert [plant.syncs[name].pending() for name in ("factory", "line-1")] == [0, 0]
    assert sum("PUT" in asked and "/content/" in asked for asked in plant.uplink.asked) == 2


@pytest.mark.parametrize(
    ("host", "repository", "words"),
    [
        pytest.param(LINE, "app", "the connected registry line-1 is in ReadOnly mode", id="ReadOnly"),
        pytest.param(FACTORY, "other", "the connected registry factory does not have other", id="not synchronized"),
    ],
)
@in_a_loop
async def test_a_push_that_is_refused(plant: PlantLab, host: str, repository: str, words: str) -> None:
    """The registry says why, with 403."""
    async with plant.uplink.client(host, plant.lab.user) as client:
        answer = await client.post(f"/v2/{repository}/blobs/uploads/")
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (403, words)


@pytest.mark.parametrize("reference", ["tag", "digest"])
@pytest.mark.parametrize(("here", "there"), [(CLOUD, "contoso/factory"), (FACTORY, "contoso")])
@in_a_loop
async def test_a_delete_goes_to_the_other_side(plant: PlantLab, here: str, there: str, reference: str) -> None:
    """A tag or a manifest that is deleted on one side is deleted on the other by the next sync, and not before."""
    digest = await plant.push(here, "app", "v1", "one")
    await plant.sync()
    assert plant.tags(there) == {"v1": digest}
    assert await plant.delete(here, "app", "v1" if reference == "tag" else digest) == 202
    assert plant.tags(there) == {"v1": digest}
    await plant.sync()
    assert plant.tags("contoso") == plant.tags("contoso/factory") == {}


@pytest.mark.parametrize("order", [(CLOUD, FACTORY), (FACTORY, CLOUD)])
@in_a_loop
async def test_the_later_push_of_a_tag_wins(plant: PlantLab, order: tuple[str, str]) -> None:
    """Both sides moved a tag while they were apart: the later one counts on both, whoever made it."""
    await plant.sync()
    await plant.push(order[0], "app", "v1", "earlier")
    plant.lab.clock.time += 60
    later = await plant.push(order[1], "app", "v1", "later")
    plant.lab.clock.time += 60
    await plant.sync()
    assert plant.tags("contoso") == plant.tags("contoso/factory") == {"v1": later}


@in_a_loop
async def test_pushes_of_one_moment_are_decided_for_the_parent(plant: PlantLab) -> None:
    """A tie is decided the same way on both sides."""
    await plant.sync()
    await plant.push(FACTORY, "app", "v1", "there")
    ours = await plant.push(CLOUD, "app", "v1", "here")
    await plant.sync()
    assert plant.tags("contoso") == plant.tags("contoso/factory") == {"v1": ours}


@in_a_loop
async def test_messages_that_have_expired_make_a_comparison_follow(plant: PlantLab) -> None:
    """After longer than their time to live everything is as at the parent, deletes included."""
    gone = await plant.push(CLOUD, "app", "gone", "gone")
    await plant.sync()
    assert await plant.delete(CLOUD, "app", gone) == 202
    kept = await plant.push(CLOUD, "app", "kept", "kept")
    local = await plant.push(FACTORY, "app", "local", "local")
    plant.lab.clock.time += 3 * 86400
    plant.uplink.asked.clear()
    await plant.sync()
    assert plant.tags("contoso") == plant.tags("contoso/factory") == {"kept": kept, "local": local}
    assert any(asked.endswith("/contents") for asked in plant.uplink.asked)


@in_a_loop
async def test_the_clients_of_a_plant_use_their_tokens(plant: PlantLab) -> None:
    """A token counts there with the actions of its scope map; the sync token of another counts for nothing."""
    credentials = plant.lab.state.store.credentials
    actions = ["repositories/app/content/read", "repositories/app/content/write"]
    credentials.put("contoso", "robot", actions, "secret")
    await plant.push(FACTORY, "app", "v1", "one", auth=("robot", "secret"))
    password = plant.lab.state.store.keys.password("sync token of contoso/factory")
    async with plant.uplink.client(FACTORY) as client:
        mine = await client.get("/v2/app/tags/list", auth=("robot", "secret"))
        others = await client.get("/v2/app/tags/list", auth=("factory-sync-token", password))
    assert (mine.status_code, others.status_code) == (200, 401)


@in_a_loop
async def test_layers_of_a_plant_are_served_there(plant: PlantLab) -> None:
    """There is no data endpoint: the layer comes from the local endpoint itself, ranges included."""
    await plant.push(FACTORY, "app", "v1", "0123456789")
    async with plant.uplink.client(FACTORY, plant.lab.user) as client:
        digest = (await client.get("/v2/app/manifests/v1")).json()["layers"][0]["digest"]
        answer = await client.get(f"/v2/app/blobs/{digest}", headers={"range": "bytes=2-4"})
    assert (answer.status_code, answer.text) == (206, "234")


@pytest.mark.parametrize(("name", "step"), [("factory", "activation"), ("line-1", "parent")])
@in_a_loop
async def test_a_deactivated_one_syncs_neither_itself_nor_its_child(plant: PlantLab, name: str, step: str) -> None:
    """Both are Offline, and say what mends it; the child is in step when its parent is active again."""
    digest = await plant.push(CLOUD, "app", "v1", "one")
    await plant.sync()
    await plant.sync("line-1")
    factory, condition = plant.syncs["factory"]._condition, plant.syncs[name]._condition
    string = plant.lab.state.store.note("activation contoso/factory")
    assert string
    factory.activate("")
    with pytest.raises(SyncFailed, match="acrdns lab connected factory --activate STRING") as error:
        await plant.sync(name)
    condition.failed(error.value.reason)
    assert (error.value.reason.step, condition.state) == (step, "Offline")
    async with plant.uplink.client(FACTORY, plant.lab.user) as client:
        assert (await client.head(f"/v2/app/manifests/{digest}")).status_code == 200
    factory.activate(string)
    await plant.sync(name)
    assert condition.state == "Online"


@pytest.mark.parametrize(
    ("off", "states"), [("factory", "Offline Offline Online"), ("line-1", "Online Offline Offline")]
)
@in_a_loop
async def test_below_a_child_of_a_deactivated_one(tmp_path: Path, off: str, states: str) -> None:
    """Two deep: a child syncs with the parent above it alone, which stands still; what it missed comes later, once."""
    cell = "cell: {network: plant, parent: line-1, login_server: cell.plant.example, address: 192.168.0.22, repositories: [app]}"
    text = PLANT.replace("networks:", f"      {cell}\nnetworks:")
    plant = PlantLab(tmp_path / "store", text)
    plant.uplink.hosts = {**plant.uplink.hosts, "cell.plant.example": "192.168.0.22"}
    names = ["factory", "line-1", "cell"]
    conditions = [plant.syncs[name]._condition for name in names]
    for name in names:
        await plant.sync(name)
    string = plant.lab.state.store.note(f"activation contoso/{off}")
    assert string
    plant.syncs[off]._condition.activate("")
    digest, said = await plant.push(CLOUD, "app", "v1", "one"), list[str]()
    for name, condition in zip(names, conditions, strict=True):
        try:
            await plant.sync(name)
        except SyncFailed as error:
            condition.failed(error.reason)
            said.append(str(error))
    assert [f"acrdns lab connected {off} --activate STRING" in text for text in said] == [True, True]
    assert " ".join(condition.state for condition in conditions) == states
    assert plant.tags("contoso/cell") == {}
    plant.syncs[off]._condition.activate(string)
    for name in names:
        await plant.sync(name)
    assert [condition.state for condition in conditions] == ["Online"] * 3
    assert plant.tags("contoso/cell") == {"v1": digest}
    assert len(plant.deliveries()) == len(set(plant.deliveries()))
    plant.lab.state.close()


@in_a_loop
async def test_a_deactivated_one_does_not_sync(plant: PlantLab) -> None:
    """It says what activates it, and goes on from where it was."""
    condition = plant.syncs["factory"]._condition
    string = (
        "ConnectedRegistryName=factory;SyncTokenName=factory-sync-token;SyncTokenPassword=x;ParentGatewayEndpoint=y"
    )
    condition.activate("")
    with pytest.raises(SyncFailed, match="acrdns lab connected factory --activate STRING") as error:
        await plant.sync()
    assert error.value.reason.step == "activation"
    condition.activate(string)
    with pytest.raises(SyncFailed) as error:
        await plant.sync()
    reason = error.value.reason
    assert (reason.step, reason.host, reason.cause) == ("token", "contoso.azurecr.io", "credentials")


@in_a_loop
async def test_a_store_of_the_version_before_has_a_journal(tmp_path: Path) -> None:
    """What was pushed before there was a journal comes down too."""
    plant = PlantLab(tmp_path / "store")
    digest = await plant.push(CLOUD, "app", "v1", "one")
    database = plant.lab.state.store._database
    for table in ("journal", "attribute"):
        database.execute(f"DROP TABLE {table}")
    database.execute("PRAGMA user_version = 1")
    plant.lab.state.close()
    again = PlantLab(tmp_path / "store")
    await again.sync()
    assert again.tags("contoso/factory") == {"v1": digest}


STEPS = st.one_of(
    st.tuples(st.just("push"), st.sampled_from([CLOUD, FACTORY]), st.sampled_from("ab"), st.integers(0, 3)),
    st.tuples(st.just("delete"), st.sampled_from([CLOUD, FACTORY]), st.sampled_from("ab")),
    st.tuples(st.just("sync"), st.integers(0, 25), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 3 * 86400])),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_a_sync_that_is_cut_off_anywhere_loses_nothing_and_delivers_nothing_twice(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    """Whatever was pushed, deleted and interrupted: after one whole sync both sides are alike."""
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(_follow(PlantLab(Path(directory, "store")), steps))


async def _follow(plant: PlantLab, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    for step in steps:
        plant.lab.clock.time += 1
        match step:
            case "push", host, tag, number:
                await plant.push(host, "app", tag, f"{number}")
            case "delete", host, tag:
                await plant.delete(host, "app", tag)
            case "wait", seconds:
                plant.lab.clock.time += seconds
            case "sync", requests, lose:
                plant.uplink = replace(plant.uplink, left=requests, lose_answer=lose)
                with suppress(SyncFailed):
                    await plant.sync()
    plant.uplink = replace(plant.uplink, left=-1)
    await plant.sync()
    assert plant.tags("contoso") == plant.tags("contoso/factory")
    assert len(plant.deliveries()) == len(set(plant.deliveries()))
    assert plant.syncs["factory"].pending() == 0
    plant.lab.state.close()
