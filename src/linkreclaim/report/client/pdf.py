"""The client report as a PDF, set by Typst: the same words and pictures as on the page.

Everything strangers wrote reaches Typst as data and is never read as its markup. The same report gives the same bytes.
"""

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from linkreclaim.errors import LinkreclaimError, MissingExtraError
from linkreclaim.report.client.blocks import Block, Cell, ClientReport, Drawing
from linkreclaim.report.client.logo import Logo
from linkreclaim.report.escape import make_visible
from linkreclaim.report.figures import as_utc
from linkreclaim.report.pictures import Picture

_ATTEMPTS: tuple[Mapping[str, Any], ...] = (
    {"ignore_system_fonts": True, "pdf_standards": ["ua-1"]},
    {"ignore_system_fonts": False, "pdf_standards": ["ua-1"]},
    {"ignore_system_fonts": False},
)
"""The fonts bundled with Typst have Latin, Greek and Cyrillic letters; text beyond these is set in the fonts of the
machine (another machine may then give other bytes), and without the standard where those lack a letter, too.
**Source:** PDF/UA-1 (ISO 14289-1), 7.21.8: no text without a glyph; Typst refuses such a file."""

_RUN_CHARACTERS = 24
"""A longer run without a space may be broken anywhere: columns of a PDF do not grow."""
_RUN = re.compile(f"[^\\s\u200b]{{{_RUN_CHARACTERS}}}(?=[^\\s\u200b])")
_ADDRESS_BREAK = re.compile(r"[/?&=._-]+(?=[^/?&=._-])")


def render_client_pdf(report: ClientReport, at: datetime, agency: str = "", logo: Logo | None = None) -> bytes:
    """The report on paper of the size A4, dated `at` and accessible as PDF/UA-1 asks. Cost: a second or less.

    Raises:
        MissingExtraError: Typst is not installed.
        LinkreclaimError: the logo cannot be drawn.
    """
    return _compile(report, at, agency, logo, _ATTEMPTS)[0]


def render_client_images(report: ClientReport, at: datetime, agency: str = "", logo: Logo | None = None) -> list[bytes]:
    """The pages of the same as PNG images, to look at. Raises as `render_client_pdf` does."""
    return _compile(report, at, agency, logo, [{"format": "png", "ppi": 96.0}])


def _compile(
    report: ClientReport, at: datetime, agency: str, logo: Logo | None, attempts: Sequence[Mapping[str, Any]]
) -> list[bytes]:
    """What the first attempt gives that Typst does not refuse."""
    try:
        import typst
    except ImportError:
        raise MissingExtraError("a PDF needs the reports extra: pip install 'linkreclaim[reports]'") from None
    moment = as_utc(at)
    refused = ""
    with tempfile.TemporaryDirectory(prefix="linkreclaim-") as folder:  # a document can read nothing outside it
        _write_inputs(Path(folder), report, moment, agency, logo)
        source = files(__package__).joinpath("client.typ").read_bytes()
        for options in attempts:
            try:
                asked: dict[str, Any] = {"format": "pdf", "timestamp": int(moment.timestamp()), **options}
                made: Any = typst.compile(source, root=folder, **asked)
                return made if isinstance(made, list) else [made]
            except typst.TypstError as error:
                refused = error.message
    hint = "; try another logo" if logo is not None else ""
    raise LinkreclaimError(f"the PDF cannot be set: {refused}{hint}")


def _write_inputs(folder: Path, report: ClientReport, moment: datetime, agency: str, logo: Logo | None) -> None:
    """Put all that the document reads into its folder."""
    name = None if logo is None else f"logo.{logo.kind}"
    plain = _to_plain(report) | {"agency": make_visible(agency), "day": [moment.year, moment.month, moment.day]}
    folder.joinpath("report.json").write_text(json.dumps(plain | {"logo": name}), encoding="utf-8")
    if logo is not None and name is not None:
        folder.joinpath(name).write_bytes(logo.data)


def _to_plain(value: Any) -> Any:
    """What a report is made of as JSON values; a block says its kind, and every text is made visible."""
    if isinstance(value, str):
        return break_runs(make_visible(value).replace(" %", "\N{NO-BREAK SPACE}%"))
    if isinstance(value, Drawing):
        return {"kind": "drawing", **_plain_picture(value.picture)}
    if isinstance(value, Cell):
        words = break_address(make_visible(value.words)) if value.code else _to_plain(value.words)
        return {"words": words, "href": value.href, "note": _to_plain(value.note), "code": value.code}
    if hasattr(value, "_asdict"):
        return {name: _to_plain(each) for name, each in value._asdict().items()}
    if isinstance(value, tuple):
        return [_to_plain(each) for each in value]
    if is_dataclass(value):
        kind = {"kind": type(value).__name__.lower()} if isinstance(value, Block) else {}
        return kind | {each.name: _to_plain(getattr(value, each.name)) for each in fields(value)}
    return value


def _plain_picture(picture: Picture) -> dict[str, Any]:
    words = make_visible(picture.description)
    return {"title": _to_plain(picture.title), "words": words, "svg": picture.as_svg(), "width": picture.width}


def break_address(words: str) -> str:
    """A URL that may be broken after its signs, and in long names anywhere (by a space without width)."""
    return break_runs(_ADDRESS_BREAK.sub(lambda found: found[0] + "\u200b", words))


def break_runs(words: str) -> str:
    """Text whose long runs without a space may be broken."""
    return _RUN.sub(lambda found: found[0] + "\u200b", words)
