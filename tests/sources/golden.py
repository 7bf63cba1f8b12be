"""Every known report: its real or documented header, made-up rows under it, and the claims they are to give."""

from collections.abc import Iterator

from tests.sources.golden_form import Golden
from tests.sources.golden_indexes import INDEXES
from tests.sources.golden_own_site import OWN_SITE
from tests.sources.golden_services import SERVICES

GOLDEN: tuple[Golden, ...] = (*INDEXES, *SERVICES, *OWN_SITE)


def golden_ids() -> Iterator[str]:
    """A name for each, for messages."""
    return (f"{number}-{golden.tool}-{golden.report}" for number, golden in enumerate(GOLDEN))
