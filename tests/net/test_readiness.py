"""What both ways of watching sockets must do alike."""

import os
import socket
import sys
from collections.abc import Callable, Iterator

import pycurl
import pytest

from linkreclaim.net.readiness import Readiness, SelectorReadiness, open_readiness

MADE: list[Callable[[], Readiness]] = [SelectorReadiness, open_readiness]
ANY = pycurl.CSELECT_IN | pycurl.CSELECT_OUT


@pytest.fixture(params=MADE)
def sockets(request: pytest.FixtureRequest) -> Iterator[Readiness]:
    """Each way of watching."""
    made: Readiness = request.param()
    yield made
    made.close()


def test_tells_who_can_be_read_and_written(sockets: Readiness) -> None:
    one, other = socket.socketpair()
    with one, other:
        sockets.watch(one.fileno(), pycurl.POLL_IN)
        assert list(sockets.ready()) == []
        other.send(b"x")
        assert list(sockets.ready()) == [(one.fileno(), pycurl.CSELECT_IN)]
        sockets.forget(one.fileno())
        sockets.watch(one.fileno(), pycurl.POLL_OUT)
        assert list(sockets.ready()) == [(one.fileno(), pycurl.CSELECT_OUT)]
        sockets.forget(one.fileno())
        sockets.watch(one.fileno(), pycurl.POLL_INOUT)
        assert list(sockets.ready()) == [(one.fileno(), ANY)]
        sockets.forget(one.fileno())
        assert list(sockets.ready()) == []


def test_an_end_is_told(sockets: Readiness) -> None:
    one, other = socket.socketpair()
    with one:
        sockets.watch(one.fileno(), pycurl.POLL_IN)
        other.close()
        assert [(fd, bits & pycurl.CSELECT_IN) for fd, bits in sockets.ready()] == [(one.fileno(), pycurl.CSELECT_IN)]


def test_a_closed_socket_may_be_forgotten_and_its_number_come_back(sockets: Readiness) -> None:
    one, other = socket.socketpair()
    number = one.fileno()
    sockets.watch(number, pycurl.POLL_IN)
    one.close()
    other.close()
    sockets.forget(number)
    again, far = socket.socketpair()
    with again, far:
        os.dup2(again.fileno(), number)
        try:
            sockets.watch(number, pycurl.POLL_IN)
            far.send(b"x")
            assert [fd for fd, _ in sockets.ready()] == [number]
        finally:
            if number != again.fileno():
                os.close(number)


@pytest.mark.skipif(sys.platform != "linux", reason="epoll is Linux's own")
def test_linux_watches_by_epoll() -> None:
    sockets = open_readiness()
    assert not isinstance(sockets, SelectorReadiness)
    sockets.close()
