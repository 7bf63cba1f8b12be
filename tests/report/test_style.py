"""One look for all: its colours in both schemes against WCAG 2.2, 4.5 for text (1.4.3), 3 for bars and borders of what
is operated (1.4.11); no rule that stands twice; no rule for what is nowhere."""

import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from linkreclaim.model.links import LinkState

REPORT, WEB = files("linkreclaim.report"), files("linkreclaim.web")
COMMON = REPORT.joinpath("templates/shared/common.css").read_text("utf-8")
OWN = {
    "report.css": REPORT.joinpath("templates/report.css").read_text("utf-8"),
    "client.css": REPORT.joinpath("templates/client.css").read_text("utf-8"),
    "style.css": WEB.joinpath("static/style.css").read_text("utf-8"),
}
STYLE = COMMON + "".join(OWN.values())
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{([^}]*--[^}]*)\}", COMMON)
)

GROUNDS = ["paper", "sheet"]
TEXT_PAIRS = [(text, ground) for text in ("text", "muted", "link", "gain", "lost") for ground in GROUNDS] + [
    ("text", "sunken"),
    ("gain", "gain-soft"),
    ("lost", "lost-soft"),
    ("untold", "untold-soft"),
    ("notice", "notice-soft"),
    ("on-link", "link"),
    ("muted", "sunken"),
]
BAR_PAIRS = [(bar, ground) for bar in ("bar-gain", "bar-lost", "bar-untold", "edge") for ground in GROUNDS]


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(scheme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(scheme[text], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("bar", "ground"), BAR_PAIRS)
def test_bars_can_be_seen(scheme: dict[str, str], bar: str, ground: str) -> None:
    assert contrast(scheme[bar], scheme[ground]) >= 3


def test_every_colour_is_one_of_the_scheme() -> None:
    assert set(LIGHT) == set(DARK)
    rules = re.sub(r":root \{[^}]*\}", "", STYLE)
    rules = rules.replace("rgb(0 0 0 / .14)", "").replace(
        "background: #ffffff; border-radius", ""
    )  # a shadow; a logo's
    assert not re.search(r"#[0-9a-fA-F]{6}\b|rgb|hsl|: *(?:white|black|red|grey|gray)\b", rules)
    assert set(re.findall(r"var\(--([a-z-]+)\)", rules)) - set(LIGHT) == {"sans", "mono"}


def test_text_colours_stand_on_the_grounds_that_are_measured() -> None:
    coloured = set(re.findall(r"(?<![-\w])color: var\(--([a-z-]+)\)", STYLE))
    assert coloured - {"bar-gain"} == {text for text, _ in TEXT_PAIRS}  # that of a bar, for one browser


def test_the_pdf_has_the_light_colours() -> None:
    typst = REPORT.joinpath("client/client.typ").read_text("utf-8")
    colours = dict(re.findall(r'([a-z]+): rgb\("(#[0-9a-f]{6})"\)', typst))
    assert colours
    assert colours == {name: LIGHT[name] for name in colours}


def rules_of(style: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """(media, selector, declarations) of each rule."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    for media, block, selector, body in re.findall(
        r"(@media[^{]+)\{((?:[^{}]+\{[^{}]*\})*)\s*\}|([^{}@]+)\{([^{}]*)\}", style
    ):
        if media:
            yield from ((media.strip(), *rest) for _, *rest in rules_of(block))
        else:
            yield "", " ".join(selector.split()), frozenset(" ".join(each.split()) for each in body.split(";")) - {""}


@pytest.mark.parametrize("name", OWN)
def test_no_rule_stands_twice(name: str) -> None:
    common, own = list(rules_of(COMMON)), list(rules_of(OWN[name]))
    assert len(own) > 20
    said = Counter((media, selector) for media, selector, _ in own)
    assert [each for each, times in said.items() if times > 1] == []
    held = {(media, selector): declared for media, selector, declared in common}
    again = {(selector, *(held.get((media, selector), frozenset()) & declared)) for media, selector, declared in own}
    assert [each for each in again if len(each) > 1] == []


@pytest.mark.parametrize("name", OWN)
def test_every_rule_is_for_something_that_is_shown(name: str) -> None:
    room = WEB if name == "style.css" else REPORT
    kinds = (".html", ".j2", ".js", ".py")
    shown = "".join(path.read_text("utf-8") for path in Path(str(room)).rglob("*") if path.name.endswith(kinds))
    shown += " ".join(LinkState) + "htmx-request"
    named = {word for _, selector, _ in rules_of(OWN[name]) for word in re.findall(r"[.#]([a-zA-Z][\w-]*)", selector)}
    assert [word for word in named if not re.search(rf"(?<![\w-]){word}(?![\w-])", shown)] == []
