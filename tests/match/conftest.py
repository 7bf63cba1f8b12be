"""A short way to ask for one match."""

from collections.abc import Callable, Sequence

import pytest
from tests.match.small_site import SITE, home

from linkreclaim.match import Matcher, MatchModel
from linkreclaim.model.matches import Match
from linkreclaim.model.pages import DeadPage, LivePage

Ask = Callable[..., Match]


@pytest.fixture(scope="session")
def model() -> MatchModel:
    """The model of the package."""
    return MatchModel.load()


@pytest.fixture(scope="session")
def ask(model: MatchModel) -> Ask:
    """Match one dead page, by default against the small site."""

    def ask_one(dead: DeadPage, site: Sequence[LivePage] = SITE, others: Sequence[DeadPage] = ()) -> Match:
        return next(Matcher(site, home(), model).match([dead, *others]))

    return ask_one
