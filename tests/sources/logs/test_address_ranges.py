"""Files of address ranges: what they hold, and what is said of those that cannot be used."""

import json
from ipaddress import IPv4Network, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.errors import InputError
from linkreclaim.sources.logs.address_ranges import AddressSet, load_ranges
from linkreclaim.sources.logs.known_crawlers import KNOWN_CRAWLERS

NETWORKS = st.lists(
    st.builds(
        lambda bits, length: IPv4Network((bits, length), strict=False), st.integers(0, 2**32 - 1), st.integers(8, 32)
    ),
    max_size=12,
)


@given(NETWORKS, st.integers(0, 2**32 - 1))
def test_an_address_is_held_when_one_range_holds_it(networks: list[IPv4Network], bits: int) -> None:
    held = AddressSet(networks)
    edges = [network[at] for network in networks for at in (0, -1)]
    for address in (ip_address(bits), *edges):
        assert held.holds(address) == any(address in network for network in networks)


def test_both_versions_are_kept_apart() -> None:
    held = AddressSet([ip_network("0.0.0.0/8"), ip_network("2001:db8::/32")])
    assert held.holds(ip_address("0.1.2.3"))
    assert held.holds(ip_address("2001:db8::1"))
    assert not held.holds(ip_address("::102:3"))


def test_what_is_told_of_files(tmp_path: Path) -> None:
    google = tmp_path / "googlebot.json"
    google.write_text(
        json.dumps(
            {
                "creationTime": "2026-10-01T14:46:08",
                "prefixes": [{"ipv4Prefix": "66.249.64.0/27"}, {"ipv6Prefix": "2001:4860::/64"}],
            }
        )
    )
    own = tmp_path / "mine.txt"
    own.write_text("203.0.113.0/24\n")
    told = load_ranges([google, own])
    assert [file.describe() for file in told.files] == [
        "googlebot.json: 2 ranges of Google, as of 2026-10-01T14:46:08",
        "mine.txt: 1 range of every crawler, no date",
    ]
    assert all(told.know(crawler) for crawler in KNOWN_CRAWLERS)
    assert not load_ranges([]).know(KNOWN_CRAWLERS[0])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no address ranges"),
        ('{"prefixes": []}', "holds no address ranges"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('["1.2.3.0/24"]', 'has no list "prefixes"'),
        ('{"prefixes": 3}', 'has no list "prefixes"'),
        ('{"prefixes": [{"ipv4Prefix": "66.249.64.0/27"}, {"x": 1}]}', "entry 2 of prefixes: neither"),
        ('{"prefixes": [{"ipv4Prefix": "66.249.64.0/99"}]}', r"entry 1 of prefixes: .66\.249\.64\.0/99. is no"),
        ("66.249.64.0/27\n\n<html>\n", r"line 3: '<html>' is no address range"),
        ("0.0.0.0/0\n", r"line 1: 0\.0\.0\.0/0 is far too wide"),
        ("::/0\n", "line 1: ::/0 is far too wide"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "googlebot.json"
    path.write_text(text)
    with pytest.raises(InputError, match=rf"googlebot\.json.*{said}"):
        load_ranges([path])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load_ranges([tmp_path / "googlebot.json"])
