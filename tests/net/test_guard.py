"""Addresses and ports that are never asked."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.net import refuse_address, refuse_port
from linkreclaim.urls import parse


@pytest.mark.parametrize(
    "ip",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.31.0.1"),
        *("192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("3fff::1", "5f00::1", "100::1", "64:ff9b:1::1", "::10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254"),
        *("2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "2001:0:a00:1::f7f7:f7f7", "2001:0:808:808::f5ff:fffe"),
        *("", "localhost", "1.2.3", "0x7f.1", "017700000001"),
    ],
)
def test_refuses_what_is_not_public(ip: str) -> None:
    assert refuse_address(ip)


@pytest.mark.parametrize(
    "ip",
    [
        *("1.1.1.1", "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1111"),
        *("::ffff:8.8.8.8", "2002:808:808::", "64:ff9b::808:808"),
    ],
)
def test_lets_public_addresses_pass(ip: str) -> None:
    assert refuse_address(ip) is None


def test_says_which_inner_address_is_the_reason() -> None:
    assert (
        refuse_address("::ffff:10.0.0.1") == "::ffff:10.0.0.1 carries 10.0.0.1, which is a private or reserved address"
    )


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_ipv6_disguise(address: IPv4Address) -> None:
    number = int(address)
    disguises = (0xFFFF << 32 | number, 0x64_FF9B << 96 | number, 0x2002 << 112 | number << 80)
    plain = refuse_address(str(address)) is None
    assert [refuse_address(str(IPv6Address(disguise))) is None for disguise in disguises] == [plain] * 3


@given(st.ip_addresses())
def test_nothing_passes_that_python_calls_private(address: IPv4Address | IPv6Address) -> None:
    if address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified:
        assert refuse_address(str(address))
    if address.version == 4 and not address.is_global:
        assert refuse_address(str(address))


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert refuse_address(text) is None or isinstance(refuse_address(text), str)


@pytest.mark.parametrize(
    ("url", "refused"), [("http://h:25/", True), ("http://h:6667/", True), ("http://h:8080/", False)]
)
def test_ports_of_other_protocols_are_refused(url: str, refused: bool) -> None:
    parsed = parse(url)
    assert parsed is not None
    assert (refuse_port(parsed) is not None) is refused


def test_default_ports_are_asked() -> None:
    parsed = parse("https://h/")
    assert parsed is not None
    assert refuse_port(parsed) is None
