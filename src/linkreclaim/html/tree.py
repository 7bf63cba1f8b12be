"""A page's tree, and what of it is visible."""

from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from linkreclaim.html.cost import affordable

BLOCK_TAGS = frozenset(
    {"html", "body", "article", "aside", "footer", "header", "hgroup", "main", "nav", "search", "section"}
    | {"address", "blockquote", "center", "details", "dialog", "div", "fieldset", "figcaption", "figure", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "hr", "legend", "p", "pre", "summary"}
    | {"dd", "dir", "dl", "dt", "li", "menu", "ol", "ul"}
    | {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
    | {"button", "label"}
)
"""Elements that start a line of their own (HTML Standard, 15.3 "Rendering"), cells and controls among them."""

INVISIBLE_TAGS = frozenset(
    {"head", "title", "script", "style", "template", "noscript", "noembed", "noframes", "frameset"}
    | {"audio", "canvas", "embed", "iframe", "math", "object", "svg", "video"}
    | {"datalist", "select", "textarea"}
)
"""Elements whose text is no text of the page: code, fallbacks, drawings, and choices of a form (country lists)."""


def read_tree(text: str) -> LexborHTMLParser:
    """Parse a page as a browser with scripting does, so that `<noscript>` holds text and not markup."""
    return LexborHTMLParser(affordable(text), scripting=True)


@lru_cache(500)
def starts_block(tag: str | None) -> bool:
    """Whether an element stands on lines of its own; custom elements do, they are mostly boxes."""
    return tag is not None and (tag in BLOCK_TAGS or "-" in tag[1:])


def raw_text(node: LexborNode) -> str:
    """What a `<script>` or `<noscript>` holds, as it is written in the page."""
    child = node.first_child
    return (child.text_content or "") if child is not None and child.is_text_node else ""
