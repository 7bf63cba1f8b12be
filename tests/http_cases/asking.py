"""Looks at every served case as a check does, without a workspace."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.http_cases.lab import Served

from linkreclaim.config import FetchSettings
from linkreclaim.jobs.looks.looking import Looker, LookRules
from linkreclaim.model.verdicts import Answer, Look
from linkreclaim.net import open_fetcher

QUICK = FetchSettings(
    allow_private=True,
    concurrency=128,
    connect_timeout_s=2.0,
    total_timeout_s=3.0,
    stranger_in_flight=8,
    stranger_per_s=1_000,
    retry_after_cap_s=0.3,
)
BACKOFF_S = 0.1


class InMemory:
    """Shared answers for one run."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}

    def get(self, name: str) -> Answer | None:
        """The answer kept under a name."""
        return self._answers.get(name)

    def put(self, name: str, answer: Answer) -> None:
        """Keep an answer."""
        self._answers[name] = answer


@dataclass(frozen=True, slots=True)
class Seen:
    """A case, what was made of it, and how long that took."""

    served: Served
    look: Look
    took_s: float


def look_at_all(
    served: Sequence[Served], *, probe: bool = True, whole_pages: bool = True, settings: FetchSettings = QUICK
) -> list[Seen]:
    """Look at all cases at once; results in their order."""
    rules = LookRules(None, probe, "http-cases", whole_pages=whole_pages)

    async def run() -> list[Seen]:
        async with open_fetcher(settings, backoff_s=BACKOFF_S) as fetcher:
            looker = Looker(fetcher, rules, InMemory(), lambda: datetime.now(UTC))

            async def one(case: Served) -> Seen:
                started = time.monotonic()
                look = await looker.look(case.url)
                return Seen(case, look, time.monotonic() - started)

            return list(await asyncio.gather(*(one(case) for case in served)))

    return asyncio.run(run())
