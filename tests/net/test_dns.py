"""Whether a host name exists."""

import asyncio
import socket

import pytest

from linkreclaim.net import resolve_host


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_addresses_and_known_names_resolve(host: str) -> None:
    assert asyncio.run(resolve_host(host)) is True


def test_a_label_that_no_zone_can_hold_does_not_resolve() -> None:
    assert asyncio.run(resolve_host("a" * 64 + ".example", ask_again_after_s=0)) is False


def _ask(*answers: int | None) -> tuple[bool | None, int]:
    """The verdict over a resolver that answers with these error codes in turn, and how often it was asked."""
    left = list(answers)

    async def lookup(_host: str) -> None:
        code = left.pop(0)
        if code is not None:
            raise socket.gaierror(code, "said so")

    return asyncio.run(resolve_host("h.example", lookup=lookup, ask_again_after_s=0)), len(answers) - len(left)


def test_no_is_asked_twice() -> None:
    assert _ask(socket.EAI_NONAME, socket.EAI_NONAME) == (False, 2)


def test_a_slip_of_the_resolver_is_forgiven() -> None:
    assert _ask(socket.EAI_NONAME, None) == (True, 2)


@pytest.mark.parametrize("code", [socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_MEMORY])
def test_trouble_on_the_way_is_no_answer(code: int) -> None:
    assert _ask(code) == (None, 1)
    assert _ask(socket.EAI_NONAME, code) == (None, 2)
