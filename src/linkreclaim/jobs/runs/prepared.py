"""Answers that can take long: made once each in a thread of their own, kept, and waited for only so long."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from typing import Generic, TypeVar

ResultT = TypeVar("ResultT")

WAIT_S = 1.0
"""How long somebody who asks is kept waiting; then they are told to come again (our choice: Nielsen, "Response times",
1993: a second is the limit for a flow of thought that is not broken)."""


class Prepared(Generic[ResultT]):
    """Results by key; the oldest go where there are too many. One is made at a time, so that memory is that of one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, Future[ResultT]] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], ResultT], wait_s: float = WAIT_S) -> ResultT | None:
        """The result of a key, made now if nobody has asked for it yet; None while it is not ready: ask again.

        Raises what `make` raised, and forgets it, so that the next one to ask tries again.
        """
        with self._lock:
            future = self._made.get(key)
            if future is None:
                future = self._made[key] = Future()
                threading.Thread(target=self._make, args=(future, make), daemon=True).start()
                if len(self._made) > self._most:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
        wait([future], wait_s)
        if not future.done():
            return None
        if future.exception() is not None:
            with self._lock:
                self._made.pop(key, None)
        return future.result()

    def _make(self, future: "Future[ResultT]", make: Callable[[], ResultT]) -> None:
        try:
            with self._turn:
                future.set_result(make())
        except BaseException as error:
            future.set_exception(error)
