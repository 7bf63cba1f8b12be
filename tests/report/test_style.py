"""The colours of the report, in both schemes, against WCAG 2.2: 4.5 for text (1.4.3), 3 for bars (1.4.11)."""

import re
from importlib.resources import files

import pytest

STYLE = files("linkreclaim.report").joinpath("templates/report.css").read_text("utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root \{([^}]*--[^}]*)\}", STYLE)
)

GROUNDS = ["paper", "sheet"]
TEXT_PAIRS = [(text, ground) for text in ("text", "muted", "link", "gain", "lost") for ground in GROUNDS] + [
    ("text", "sunken"),
    ("gain", "gain-soft"),
    ("lost", "lost-soft"),
    ("untold", "untold-soft"),
    ("notice", "notice-soft"),
]
BAR_PAIRS = [(bar, ground) for bar in ("bar-gain", "bar-lost", "bar-untold") for ground in GROUNDS]


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
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb|hsl|: *(?:white|black|red|grey|gray)\b", rules)
    assert set(re.findall(r"var\(--([a-z-]+)\)", rules)) - set(LIGHT) == {"sans", "mono"}


def test_text_colours_stand_on_the_grounds_that_are_measured() -> None:
    coloured = set(re.findall(r"(?<![-\w])color: var\(--([a-z-]+)\)", STYLE))
    assert coloured == {text for text, _ in TEXT_PAIRS}
