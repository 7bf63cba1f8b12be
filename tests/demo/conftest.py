"""The demo's scenes, each one served for as long as a test lasts."""

from collections.abc import Iterator

import pytest

from linkreclaim.demo.run import serve_scene
from linkreclaim.demo.scenes import Scene, read_scenes
from linkreclaim.demo.websites import Addresses

SCENES = list(read_scenes())


@pytest.fixture(params=SCENES, ids=lambda scene: scene.key)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Scene, Addresses]]:
    """One scene and where it is served; the test runs once for each scene."""
    scene: Scene = request.param
    with serve_scene(scene) as addresses:
        yield scene, addresses


@pytest.fixture
def scenes() -> dict[str, Scene]:
    """All scenes by their key."""
    return {scene.key: scene for scene in SCENES}
