"""A picture as SVG, made of few elements of our own, and the table that says the same to those who cannot see it.

The SVG has plain colours as attributes, which a PDF needs, and classes, by which `pictures.css` gives it the colours of
the page in light and dark. It has no style attribute, no script and nothing from elsewhere.
"""

import html
import math
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup, escape

from linkreclaim.report.escape import make_visible, shorten

TEXT_PX = 13.0
"""Size of all text, in units of the picture; pages show them as pixels."""

_WIDE_EM, _LARGE_EM, _USUAL_EM = 1.0, 0.72, 0.56
"""Width of a character for the layout: ideographs, capitals, all others. Our judgement, generous for common fonts."""
_WIDE_PX = 600.0
"""Wider pictures are moved sideways on a phone, others made smaller: their text stays as large as it can be read."""
_NO_XML = re.compile("[\ufffe\uffff]")
"""What is left of the characters that XML 1.0, 2.2 does not allow, after `make_visible`."""


class Ink(StrEnum):
    """What a colour means; `COLOURS` has it for paper, `pictures.css` for pages."""

    LOST = "lost"
    GAIN = "gain"
    UNTOLD = "untold"
    TEXT = "text"
    MUTED = "muted"
    LINE = "line"
    SHEET = "sheet"


COLOURS = {
    Ink.LOST: "#c8593d",
    Ink.GAIN: "#2f8f70",
    Ink.UNTOLD: "#8d879b",
    Ink.TEXT: "#1c1f23",
    Ink.MUTED: "#5a5f66",
    Ink.LINE: "#dedbd2",
    Ink.SHEET: "#ffffff",
}
"""The light colours of report.css (a test compares them), which are measured there against WCAG 2.2."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing and what it shows, in words and as a table."""

    name: str  # of letters and hyphens, once on a page: ids are made of it
    title: str
    description: str  # what a person sees in it, in a sentence or two
    width: float
    height: float
    body: str  # SVG elements, safe
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_svg(self) -> Markup:
        """The drawing, named and described for a screen reader; it stands alone, in a page or as a file."""
        ids = f"{self.name}-title {self.name}-words"
        title = element("title", _clean(self.title), id=f"{self.name}-title")
        words = element("desc", _clean(self.description), id=f"{self.name}-words")
        size = f"{show_number(self.width)} {show_number(self.height)}"
        return Markup(  # noqa: S704 - made of escaped parts
            element(
                "svg",
                title + words + self.body,
                xmlns="http://www.w3.org/2000/svg",
                width=self.width,
                height=self.height,
                viewBox=f"0 0 {size}",
                role="img",
                class_="wide" if self.width > _WIDE_PX else None,
                aria_labelledby=ids,
                font_family="sans-serif",
                font_size=TEXT_PX,
            )
        )

    def as_table(self) -> Markup:
        """The same as an HTML table."""
        head = "".join(f'<th scope="col">{_clean(column)}</th>' for column in self.columns)
        body = "".join(self._row(row) for row in self.rows)
        caption = f"<caption>{_clean(self.title)}</caption>"
        return Markup(f'<table class="cards">{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')  # noqa: S704

    def as_figure(self, table_words: str = "The same as a table") -> Markup:
        """Title, drawing and, to be opened, the table."""
        caption = Markup(f"<figcaption>{_clean(self.title)}</figcaption>")  # noqa: S704 - escaped
        drawing = Markup('<div class="scroll">{}</div>').format(self.as_svg())
        twin = Markup("<details><summary>{}</summary>{}</details>").format(table_words, self.as_table())
        return Markup('<figure class="picture">{}{}{}</figure>').format(caption, drawing, twin)

    def _row(self, row: tuple[str, ...]) -> str:
        cells = (
            f'<td data-label="{_clean(name)}">{_clean(cell)}</td>'
            for name, cell in zip(self.columns[1:], row[1:], strict=True)
        )
        return f'<tr><th scope="row"><bdi>{_clean(row[0])}</bdi></th>{"".join(cells)}</tr>'


def element(tag: str, content: str = "", **attributes: str | float | None) -> str:
    """One element; `content` is SVG already. A `_` in an attribute's name is a hyphen, at its end it is dropped."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_show_attribute(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def write(x: float, y: float, words: str, ink: Ink = Ink.TEXT, anchor: str = "start", bold: bool = False) -> str:
    """A line of text with its base line at `y`; `anchor`: start, middle or end."""
    weight = "600" if bold else None
    return element(
        "text", _clean(words), x=x, y=y, text_anchor=anchor, font_weight=weight, fill=COLOURS[ink], class_=f"ink-{ink}"
    )


def fill_box(x: float, y: float, width: float, height: float, ink: Ink, hint: str = "") -> str:
    """A filled rectangle with rounded corners; `hint` is shown where a mouse rests on it."""
    title = element("title", _clean(hint)) if hint else ""
    return element("rect", title, x=x, y=y, width=width, height=height, rx=2, fill=COLOURS[ink], class_=f"ink-{ink}")


def fit_text(words: str, width_px: float) -> str:
    """Text cut in its middle until it takes at most so much room."""
    shown = make_visible(words)
    for characters in range(len(shown), 1, -1):
        cut = shorten(shown, characters)
        if text_width(cut) <= width_px:
            return cut
    return shown[:1]


def text_width(words: str) -> float:
    """About how wide a text is, in units of the picture."""
    return TEXT_PX * sum(map(_em, words))


def show_number(number: float) -> str:
    """A length with at most one digit after the point."""
    return f"{number if math.isfinite(number) else 0.0:.1f}".removesuffix(".0")


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return _WIDE_EM
    return _LARGE_EM if character.isupper() else _USUAL_EM


def _show_attribute(value: str | float) -> str:
    return html.escape(value) if isinstance(value, str) else show_number(value)


def _clean(words: str) -> str:
    return str(escape(_NO_XML.sub("", make_visible(words))))
