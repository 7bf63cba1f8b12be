"""Which vocabulary an element is of: HTML, SVG or MathML. Names alone do not say: each has a `title` or an `a`."""

from selectolax.lexbor import LexborNode

_HTML_INSIDE = {
    "svg": frozenset({"foreignobject", "desc", "title"}),
    "math": frozenset({"mi", "mo", "mn", "ms", "mtext"}),
}
"""Where drawings and formulas hold HTML (HTML Standard, 13.2.6, "integration points")."""
_HTML_ENCODINGS = frozenset({"text/html", "application/xhtml+xml"})


class Vocabularies:
    """Tells the elements of one page apart; each element is looked at once, however many ask."""

    def __init__(self) -> None:
        self._inside: dict[int, str] = {}

    def of(self, node: LexborNode) -> str:
        """The vocabulary of an element: "html", "svg" or "math"."""
        path: list[LexborNode] = []
        around = node.parent
        while around is not None and around.mem_id not in self._inside:
            path.append(around)
            around = around.parent
        kind = "html" if around is None else self._inside[around.mem_id]
        for outer in reversed(path):
            kind = self._inside[outer.mem_id] = _held_by(outer, kind)
        return kind


def _held_by(node: LexborNode, kind: str) -> str:
    """The vocabulary that an element holds, itself being of `kind`."""
    tag = (node.tag or "").lower()
    if kind == "html":
        return tag if tag in _HTML_INSIDE else kind
    if tag == "annotation-xml" and kind == "math":
        return "html" if (node.attributes.get("encoding") or "").lower() in _HTML_ENCODINGS else kind
    if tag == "svg" and node.parent is not None and node.parent.tag == "annotation-xml":
        return "svg"
    return "html" if tag in _HTML_INSIDE[kind] else kind
