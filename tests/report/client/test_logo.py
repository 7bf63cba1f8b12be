"""A logo is told by its bytes; what is large, broken or loads something is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.client.test_forms import SVG, png

from linkreclaim.errors import InputError, UnsafeInputError
from linkreclaim.report.client import read_logo
from linkreclaim.report.client.logo import LOGO_BYTES, _find_problem, _tell

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b08") + b"\x00\x20\x00\x40\x01\x01\x11\x00\xff\xd9"


def written(folder: Path, data: bytes, name: str = "logo") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (png(), "png"),
        (JPEG, "jpg"),
        (SVG, "svg"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made -->\n<!DOCTYPE svg PUBLIC "a" "b">\n' + SVG, "svg"),
    ],
)
def test_an_image_is_told_by_its_first_bytes(tmp_path: Path, data: bytes, kind: str) -> None:
    logo = read_logo(written(tmp_path, data, "logo.txt"))
    assert (logo.kind, logo.data) == (kind, data)
    assert logo.data_uri.startswith("data:image/")


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<html><svg></svg></html>", b"%PDF-1.7", b"\x00" * 40])
def test_anything_else_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="no PNG, JPEG or SVG"):
        read_logo(written(tmp_path, data, "logo.png"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (png() + bytes(LOGO_BYTES), "larger than 1 MB"),
        (png(5000, 1), "5000 x 1 pixels"),
        (b"\x89PNG\r\n\x1a\nshort", "broken"),
        (b"\xff\xd8\xff\xe0\x00\x04ab", "broken"),
        (b'<svg><image href="/etc/passwd"/></svg>', "another file or address"),
        (b"<svg xmlns:x=\"y\"><image x:href='http://a.example/i.png'/></svg>", "another file or address"),
        (b"<svg><style>@import 'x'; a { fill: url(https://a.example/) }</style></svg>", "another file or address"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>', "no PNG, JPEG or SVG"),
        (b"<svg>" + 30 * b'<use href="#a"/>' + b"</svg>", "too many parts"),
        (b"<svg>" + 30_000 * b"<g/>" + b"</svg>", "too many parts"),
    ],
)
def test_what_is_dangerous_is_refused_with_the_reason(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_logo(written(tmp_path, data))


def test_references_within_the_image_are_fine(tmp_path: Path) -> None:
    svg = b'<svg><g id="a"/><use href="#a"/><image href="data:image/png;base64,AA=="/><rect fill="url(#a)"/></svg>'
    assert read_logo(written(tmp_path, svg)).kind == "svg"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.png"):
        read_logo(tmp_path / "nothing.png")
    assert issubclass(UnsafeInputError, InputError)


@given(start=st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<svg "]), rest=st.binary(max_size=200))
def test_no_bytes_are_too_odd(start: bytes, rest: bytes) -> None:
    kind = _tell(start + rest)
    assert kind is None or isinstance(_find_problem(kind, start + rest), str)
