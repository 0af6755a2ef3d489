"""The same requests to docker-registry: where the specification decides, both answer the same."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.lab.registry_api.oci import BASE, STORIES, Story, Teller
from tests.lab.registry_api.peer import PROGRAM, docker_registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.interop
NAMES = (f"team/app-{number}" for number in itertools.count())


@pytest.fixture(scope="module")
def peer(program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a docker-registry in which repository `base` has the blobs of every story."""
    program(PROGRAM)
    with docker_registry(tmp_path_factory.mktemp("peer")) as (url, _):
        tell(url, Story("base", BASE), "base")
        yield url


def tell(url: str, story: Story, name: str) -> None:
    """Tell a story to the peer."""

    async def told() -> None:
        async with httpx.AsyncClient(base_url=url) as client:
            await Teller(client, name, "base").tell(story)

    asyncio.run(told())


SAME = [story for story in STORIES if not story.peer]


@pytest.mark.parametrize("story", SAME, ids=[story.title for story in SAME])
def test_docker_registry_answers_the_same(peer: str, story: Story) -> None:
    """Rows without a reason to differ."""
    tell(peer, story, next(NAMES))


OTHERS = [story for story in STORIES if story.peer]


@pytest.mark.parametrize("story", OTHERS, ids=[story.title for story in OTHERS])
def test_a_reason_to_differ_is_true(peer: str, story: Story) -> None:
    """Rows with a reason: docker-registry really answers otherwise."""
    with pytest.raises((AssertionError, httpx.RemoteProtocolError)):
        tell(peer, story, next(NAMES))
