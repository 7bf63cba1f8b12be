"""WARC records and files, written byte by byte so that they can be broken in every way."""

import gzip
from pathlib import Path

HTML = b"Content-Type: text/html; charset=utf-8\r\n"


def page(title: str) -> bytes:
    return f"<html lang=en><title>{title}</title><h1>{title}</h1><p>What {title} is about.</p>".encode()


def http(body: bytes, head: bytes = HTML, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\n".encode() + head + b"\r\n" + body


def record(
    url: str,
    block: bytes,
    kind: str = "response",
    taken: str = "2019-05-01T10:00:00Z",
    digest: str = "",
    content_type: str = "application/http; msgtype=response",
) -> bytes:
    """One WARC record, plain."""
    digest_line = f"WARC-Payload-Digest: sha1:{digest}\r\n" if digest else ""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {taken}\r\n{digest_line}"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def write_plain(path: Path, *records: bytes) -> Path:
    path.write_bytes(b"".join(records))
    return path


def write_packed(path: Path, *records: bytes) -> Path:
    """One gzip member a record, as the standard wants it."""
    path.write_bytes(b"".join(gzip.compress(one) for one in records))
    return path
