"""Names of addresses and back: with a name server of our own behind the system's resolver, and with slow ones."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from tests.sources.logs.reverse_dns_scenarios import FAILING, RESOLVER, UNNAMED

from linkreclaim.sources.logs.reverse_dns import ReverseDns

ROOT = Path(__file__).resolve().parents[3]
IN_OWN_NAMESPACE = """
mount --bind "$1/resolv.conf" /etc/resolv.conf && mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf || exit 9
shift; exec "$@"
"""
GOOGLE = ("googlebot.com",)


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was told of each address, and which names were asked for."""
    if shutil.which("unshare") is None or os.geteuid() != 0:
        pytest.skip("needs root and unshare, to put a resolver in place of the system's")
    folder = tmp_path_factory.mktemp("resolver")
    (folder / "resolv.conf").write_text(f"nameserver {RESOLVER}\noptions timeout:1 attempts:1\n")
    (folder / "nsswitch.conf").write_text("hosts: files dns\n")
    command = ["unshare", "--mount", "sh", "-c", IN_OWN_NAMESPACE, "sh", str(folder)]
    done = subprocess.run(
        [*command, sys.executable, "-m", "tests.sources.logs.reverse_dns_scenarios"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode == 9 or "unshare failed" in done.stderr:
        pytest.skip(f"needs a mount namespace of its own: {done.stderr.strip()[:200]}")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_only_an_address_whose_name_leads_back_is_proved(scenarios: dict[str, Any]) -> None:
    told = scenarios["told"]
    assert {address for address, proved in told.items() if proved} == {"66.249.66.1", "2001:4860:4801:10::1"}
    assert all(told[address] is False for address in ("203.0.114.1", "203.0.114.2", "203.0.114.3", UNNAMED))


def test_what_cannot_be_told_is_no_no(scenarios: dict[str, Any]) -> None:
    assert scenarios["told"][FAILING] is None
    assert scenarios["told"]["203.0.114.4"] is None


def test_a_name_that_is_gone_proves_nothing(scenarios: dict[str, Any]) -> None:
    assert scenarios["told"]["203.0.114.5"] is False


def test_reserved_addresses_and_strangers_names_are_not_asked_for(scenarios: dict[str, Any]) -> None:
    assert scenarios["told"]["198.51.100.9"] is None
    assert not {"9.100.51.198.in-addr.arpa", "googlebot.com.attacker.example", "notgooglebot.com"} & set(
        scenarios["asked"]
    )


def test_a_resolver_that_hangs_costs_its_time_once() -> None:
    release = Event()

    def name_of(address: str) -> str:
        release.wait(30)
        return "never.googlebot.com"

    resolver = ReverseDns(name_of, lambda _: [], timeout_s=0.2, threads=3)
    start = time.monotonic()
    resolver.look_up(f"66.249.66.{last}" for last in range(200))
    assert [resolver.is_below(f"66.249.66.{last}", GOOGLE) for last in range(200)] == [None] * 200
    release.set()
    assert time.monotonic() - start < 5


def test_a_resolver_that_keeps_hanging_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkreclaim.sources.logs.reverse_dns.MOST_IDLE_S", 0.2)
    release = Event()
    asked: list[str] = []

    def name_of(address: str) -> str:
        asked.append(address)
        release.wait(30)
        return "never.googlebot.com"

    resolver = ReverseDns(name_of, lambda _: [], timeout_s=0.1)
    assert [resolver.is_below(f"66.249.66.{last}", GOOGLE) for last in range(50)] == [None] * 50
    release.set()
    assert asked == ["66.249.66.0", "66.249.66.1"]


def test_many_are_asked_for_at_once_and_each_once() -> None:
    asked: list[str] = []

    def name_of(address: str) -> str:
        asked.append(address)
        time.sleep(0.01)
        return f"crawl-{address.replace('.', '-')}.GoogleBot.com."

    def addresses_of(name: str) -> list[str]:
        return [name.removeprefix("crawl-").removesuffix(".googlebot.com").replace("-", ".")]

    resolver = ReverseDns(name_of, addresses_of)
    addresses = [f"66.249.66.{last}" for last in range(100)]
    resolver.look_up(addresses + addresses)
    assert all(resolver.is_below(address, GOOGLE) for address in addresses)
    assert not any(resolver.is_below(address, ("bot.com", "yandex.ru")) for address in addresses)
    assert sorted(asked) == sorted(addresses)


def test_no_more_addresses_are_asked_for_than_the_limit() -> None:
    asked: list[str] = []

    def name_of(address: str) -> str:
        asked.append(address)
        raise socket.gaierror(socket.EAI_NONAME, "none")

    resolver = ReverseDns(name_of, lambda _: [], most_addresses=5)
    told = [resolver.is_below(f"66.249.66.{last}", GOOGLE) for last in range(8)]
    assert told == [False] * 5 + [None] * 3
    assert len(asked) == 5


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "fe80::1%eth0", "192.168.1.1", "x", "", "::ffff:10.0.0.1"]
)
def test_inner_addresses_are_never_asked_for(address: str) -> None:
    def name_of(address: str) -> str:
        raise AssertionError(f"{address} was asked for")

    assert ReverseDns(name_of, lambda _: [], timeout_s=0.1).is_below(address, GOOGLE) is None


@pytest.mark.parametrize("name", ["x" * 70 + ".googlebot.com", "\udcff.googlebot.com", "a\x00b.googlebot.com"])
def test_a_hostile_name_proves_nothing(name: str) -> None:
    resolver = ReverseDns(lambda _: name, lambda found: ["not an address"], timeout_s=1.0)
    assert resolver.is_below("66.249.66.1", GOOGLE) is None
