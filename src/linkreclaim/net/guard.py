"""Which addresses and ports are never asked: a URL from a stranger's file must not reach the inside of a network."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from linkreclaim.urls import Url

_REFUSED_NETWORKS = (
    (ip_network("100.64.0.0/10"), "a shared carrier address (RFC 6598)"),
    (ip_network("192.0.0.0/24"), "an IETF protocol address (RFC 6890)"),
    (ip_network("192.88.99.0/24"), "a 6to4 relay address (RFC 7526)"),
    (ip_network("3fff::/20"), "a documentation address (RFC 9637)"),
)
"""Networks that some versions of Python call global."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that is handed out to anybody. Source: IANA, "IPv6 Address Space"."""

_NAT64 = IPv6Network("64:ff9b::/96")
"""The well-known NAT64 prefix: its last four bytes are an IPv4 address (RFC 6052)."""

BAD_PORTS = frozenset(
    {
        *(0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104),
        *(109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515),
        *(526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049),
        *(3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    }
)
"""Ports of other protocols that browsers never speak HTTP to. Source: WHATWG Fetch, "Port blocking"."""


def refuse_port(url: Url) -> str | None:
    """Why a URL's port is not asked, None when it may be."""
    if url.port in BAD_PORTS:
        return f"port {url.port} belongs to another protocol; browsers refuse it too"
    return None


@lru_cache(maxsize=4096)
def refuse_address(ip: str) -> str | None:
    """Why an IP address is not connected to, None when it is a public one.

    `ip` is what a socket is about to connect to (a zone such as `%eth0` is allowed), so that a name that changes its
    address between two look-ups cannot pass. An IPv6 address that carries an IPv4 one (mapped, 6to4, Teredo, NAT64)
    is judged by both. What is no IP address at all is refused.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return f"{ip!r} is no IP address"
    reason = _reason(address)
    if reason is not None:
        return f"{ip} is {reason}"
    for inner in _embedded(address):
        inner_reason = _reason(inner)
        if inner_reason is not None:
            return f"{ip} carries {inner}, which is {inner_reason}"
    return None


def _reason(address: IPv4Address | IPv6Address) -> str | None:
    if address.is_unspecified:
        return "the unspecified address"
    if address.is_loopback:
        return "a loopback address"
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast:
        return "a multicast address"
    for network, reason in _REFUSED_NETWORKS:
        if address in network:
            return reason
    if _embedded(address):  # stands for IPv4 addresses, which are judged on their own
        return None
    is_public = address.is_global and (address.version == 4 or address in _GLOBAL_UNICAST)
    return None if is_public else "a private or reserved address"


def _embedded(address: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    if isinstance(address, IPv4Address):
        return ()
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo  # its server, and the client behind it
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFF_FFFF),)
    return ()
