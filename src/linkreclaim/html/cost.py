"""What parsing a page may cost: hostile markup is cut before the parser sees it.

The HTML Standard's tree building is quadratic in open elements, and worse with unclosed formatting: 60 KB of
`<b 1><b 2>...` keep lexbor busy for half a minute (lexbor issue 340), 5 MB of `<div>` for longer than we waited, and
an unclosed `<b>` is copied into every paragraph after it. Browsers cap the depth (Blink at 512); lexbor caps nothing
and cannot be interrupted. So the tags are counted first, and the page is cut where the bill passes a bound.
"""

import re

_SMALL_CHARS = 100_000
_SMALL_TAGS = 3_000
"""A page under both is parsed as it is: the worst of them takes 0.4 s (our measurement)."""

_BUDGET_STEPS = 100_000_000
"""At about 4 ns a step this is 0.4 s. A normal 5 MB page (250,000 tags, 20 deep) comes to 5 million steps."""

_CLONE_STEPS = 50
"""An open formatting element may be copied at each later tag: an allocation, not a comparison."""

_SEARCHED_BLOCKS = 200  # an end tag whose element is further up closes nothing: our model errs to the safe side

_TAG = re.compile(r"<(?:(!--)|(/?)([a-zA-Z][^\s/>]*+)((?:[^>=]++|=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|=)*+)(?:>|\Z))")
_QUOTED = re.compile(r"=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
_NEVER_OPEN = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
    | {"dd", "dt", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr", "html", "head", "body"}
)
"""Void elements, and those whose end tag may be left out: the next one closes the last, so they do not nest."""
_RAW = frozenset({"iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp"})


def affordable(html: str) -> str:
    """The longest beginning of a page that is safe to parse: all of it, but for markup made to hurt.

    Cost: nothing for small pages, else about 0.5 us a tag.
    """
    if len(html) < _SMALL_CHARS and html.count("<") < _SMALL_TAGS:
        return html
    bill = _Bill()
    at = 0
    while found := _TAG.search(html, at):
        at = found.end()
        comment, slash, name, attributes = found.groups()
        if comment:
            at = html.find("-->", at)
            if at < 0:
                break
            continue
        name = name.lower()
        if slash:
            bill.close(name)
        else:
            bill.open(name, attributes)
            if name in _RAW:
                at = _raw_end(html, name, at)
        if bill.steps > _BUDGET_STEPS:
            return html[: found.start()]
    return html


def _raw_end(html: str, name: str, start: int) -> int:
    end = re.compile(f"</{name}", re.IGNORECASE).search(html, start)
    return end.start() if end else len(html)


class _Bill:
    """Steps the tree builder has to take, from a simple model of its stack of open elements."""

    def __init__(self) -> None:
        self.steps = 0
        self._weight = 1  # steps that the next tag takes: it looks up the stack and brings open formatting back
        self._blocks: list[str] = []
        self._formatting: list[str] = []

    def open(self, name: str, attributes: str) -> None:
        """A start tag; its attributes are compared pairwise."""
        self.steps += self._weight
        if len(attributes) > 1_000:
            bare = _QUOTED.sub("= ", attributes)
            self.steps += max(len(bare.split()), bare.count("/")) ** 2
        if name in _FORMATTING:
            if name == "a":  # a link closes the one before
                self._close_formatting(name)
            self._formatting.append(name)
            self._weight += _CLONE_STEPS
        elif name not in _NEVER_OPEN:
            self._blocks.append(name)
            self._weight += 1

    def close(self, name: str) -> None:
        """An end tag: blocks close what stands inside, formatting closes only itself (the adoption agency)."""
        self.steps += self._weight
        if name in _FORMATTING:
            self._close_formatting(name)
        elif name in self._blocks[-_SEARCHED_BLOCKS:]:
            open_before = len(self._blocks)
            while self._blocks.pop() != name:
                pass
            self._weight -= open_before - len(self._blocks)

    def _close_formatting(self, name: str) -> None:
        if name in self._formatting:
            self._formatting.remove(name)
            self._weight -= _CLONE_STEPS
