"""Every endpoint of the OCI distribution specification, asked without sockets."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import pytest

from tests.lab.lab import make
from tests.lab.registry_api.oci import BASE, STORIES, Story, Teller

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab.lab import Lab

NAMES = (f"team/app-{number}" for number in itertools.count())


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a lab in which repository `base` has the blobs that every story starts from."""
    made = make(tmp_path_factory.mktemp("lab") / "store")
    tell(made, Story("base", BASE), "base")
    yield made
    made.state.close()


def tell(lab: Lab, story: Story, name: str) -> None:
    """Tell a story to contoso from the hub."""

    async def told() -> None:
        async with lab.everywhere("https://contoso.azurecr.io", auth=lab.user, follow_redirects=True) as client:
            await Teller(client, name, "base").tell(story)

    asyncio.run(told())


@pytest.mark.parametrize("story", STORIES, ids=[story.title for story in STORIES])
def test_the_registry_answers_as_the_specification_says(lab: Lab, story: Story) -> None:
    """Status, headers, error code and body of each step."""
    tell(lab, story, next(NAMES))
