"""Run by test_reverse_dns.py in a process whose system resolver is ours: prints what is proved of each address.

`python -m tests.sources.logs.reverse_dns_scenarios` expects /etc/resolv.conf to name RESOLVER. Needs root, for port 53.
"""

import json
import socket
import struct
from ipaddress import ip_address
from threading import Thread

from linkreclaim.sources.logs.reverse_dns import ReverseDns

RESOLVER = "127.0.0.57"
POINTER, IPV4, IPV6 = 12, 1, 28
NO_ERROR, SERVER_FAILED, NO_SUCH_NAME = 0, 2, 3

NAMES = {
    "66.249.66.1": "crawl-66-249-66-1.googlebot.com",
    "2001:4860:4801:10::1": "crawl-v6.googlebot.com",
    "198.51.100.9": "crawl-66-249-66-1.googlebot.com",  # a reserved address: must not be asked for
    "203.0.114.1": "crawl-66-249-66-1.googlebot.com",  # says so, but the name leads elsewhere
    "203.0.114.2": "googlebot.com.attacker.example",
    "203.0.114.3": "notgooglebot.com",
    "203.0.114.4": "silent.googlebot.com",
    "203.0.114.5": "gone.googlebot.com",
}
ADDRESSES = {
    "crawl-66-249-66-1.googlebot.com": ["66.249.66.1"],
    "crawl-v6.googlebot.com": ["2001:4860:4801:10::1"],
    "googlebot.com.attacker.example": ["203.0.114.2"],
    "notgooglebot.com": ["203.0.114.3"],
}
FAILING = "203.0.114.6"
UNNAMED = "203.0.114.7"
POINTERS = {ip_address(address).reverse_pointer: name for address, name in NAMES.items()}
asked: set[str] = set()


def serve(server: socket.socket) -> None:
    """Answer questions (RFC 1035, 4.1) for ever; none for the silent name."""
    while True:
        data, client = server.recvfrom(1_500)
        name, end = _read_name(data, 12)
        kind = struct.unpack("!H", data[end : end + 2])[0]
        asked.add(name)
        if name == "silent.googlebot.com":
            continue
        code, records = _answer(name, kind)
        head = data[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(records), 0, 0)
        body = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(one)) + one for one in records)
        server.sendto(head + data[12 : end + 4] + body, client)


def _answer(name: str, kind: int) -> tuple[int, list[bytes]]:
    if name == ip_address(FAILING).reverse_pointer:
        return SERVER_FAILED, []
    if kind == POINTER and name in POINTERS:
        return NO_ERROR, [b"".join(bytes([len(label)]) + label.encode() for label in POINTERS[name].split(".")) + b"\0"]
    if name not in ADDRESSES:
        return NO_SUCH_NAME, []
    found = [ip_address(address) for address in ADDRESSES[name]]
    return NO_ERROR, [one.packed for one in found if kind == {4: IPV4, 6: IPV6}[one.version]]


def _read_name(data: bytes, at: int) -> tuple[str, int]:
    labels = []
    while length := data[at]:
        labels.append(data[at + 1 : at + 1 + length].decode("ascii"))
        at += 1 + length
    return ".".join(labels).lower(), at + 1


if __name__ == "__main__":
    socket_53 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    socket_53.bind((RESOLVER, 53))
    Thread(target=serve, args=(socket_53,), daemon=True).start()
    resolver = ReverseDns(timeout_s=4.0)
    addresses = [*NAMES, FAILING, UNNAMED]
    resolver.look_up(addresses)
    told = {address: resolver.is_below(address, ["googlebot.com"]) for address in addresses}
    print(json.dumps({"told": told, "asked": sorted(asked)}))
