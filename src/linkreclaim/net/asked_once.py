"""What many tasks want to know at once is asked once."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

AnswerT = TypeVar("AnswerT")


class AskedOnce(Generic[AnswerT]):
    """Answers by name, the latest `most` of them held; safe to ask from many tasks of one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._tasks: OrderedDict[str, asyncio.Task[AnswerT]] = OrderedDict()

    def __contains__(self, name: str) -> bool:
        return name in self._tasks

    async def get(self, name: str, ask: Callable[[], Coroutine[Any, Any, AnswerT]]) -> AnswerT:
        """The answer, asked for by the first who wants it. Raises what `ask` does, each time."""
        task = self._tasks.get(name)
        if task is None:
            task = self._tasks[name] = asyncio.create_task(ask())
            task.add_done_callback(_take_error)
            if len(self._tasks) > self._most:
                self._tasks.popitem(last=False)
        else:
            self._tasks.move_to_end(name)
        # one who is cancelled must not take the answer from the others
        return task.result() if task.done() else await asyncio.shield(task)

    def forget(self, name: str) -> None:
        """Hold an answer no longer."""
        self._tasks.pop(name, None)


def _take_error(task: asyncio.Task[Any]) -> None:
    """Where all who wait were cancelled nobody takes it, and asyncio would print it when the run has ended."""
    if not task.cancelled():
        task.exception()
