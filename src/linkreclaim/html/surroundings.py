"""The words of a link and the words around it. Every walk is bounded: a page may hold a link in each of its words."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from selectolax.lexbor import LexborNode

from linkreclaim.html.text import fold
from linkreclaim.html.tree import INVISIBLE_TAGS, starts_block

_ANCHOR_CHARS = 300
_CONTEXT_CHARS = 75  # on each side
_STEPS = 60  # nodes looked at for one link, inside it and on each side

_Step = Callable[[LexborNode], LexborNode | None]


def anchor_text(link: LexborNode) -> str:
    """The text of a link; where it has none, the alt text of its image, its own alt, aria-label or title."""
    words: list[str] = []
    images: list[str] = []
    for node in islice(_walk(link.first_child, _next, _first_child), _STEPS):
        if node.is_text_node:
            words.append(node.text_content or "")
        elif node.tag == "img":
            images.append(node.attributes.get("alt") or "")
        elif node.tag == "br" or starts_block(node.tag):
            words.append(" ")
    attributes = link.attributes
    spare = (" ".join(images), attributes.get("alt"), attributes.get("aria-label"), attributes.get("title"))
    texts = (fold(text or "", _ANCHOR_CHARS) for text in ("".join(words), *spare))
    return next((text for text in texts if text), "")


def context_around(link: LexborNode) -> str:
    """About 150 characters of the block the link stands in, half before it and half after, its own text left out."""
    before = _nearest_text(_beside(link, _previous, _last_child))
    after = _nearest_text(_beside(link, _next, _first_child))
    left = fold("".join(reversed(before))[-2 * _CONTEXT_CHARS :], 2 * _CONTEXT_CHARS)[-_CONTEXT_CHARS:]
    return f"{left.lstrip()} {fold(''.join(after), _CONTEXT_CHARS)}".strip()


def _nearest_text(nodes: Iterable[LexborNode]) -> list[str]:
    """Texts of nodes in their order, until there is enough."""
    texts: list[str] = []
    characters = 0
    for node in islice(nodes, _STEPS):
        text = (node.text_content or "") if node.is_text_node else ""
        texts.append(text if node.tag != "br" else " ")
        characters += len(text.strip())
        if characters >= _CONTEXT_CHARS:
            break
    return texts


def _beside(link: LexborNode, sideways: _Step, into: _Step) -> Iterator[LexborNode]:
    """Nodes on one side of a link, nearest first, up to the border of its block."""
    node: LexborNode | None = link
    while node is not None and (node is link or not starts_block(node.tag)):
        for near in _walk(sideways(node), sideways, into):
            if starts_block(near.tag):
                return
            yield near
        node = node.parent
        if node is not None:
            yield node


def _walk(start: LexborNode | None, sideways: _Step, into: _Step) -> Iterator[LexborNode]:
    """A node, what it holds, and the same of its further siblings; invisible elements are not entered."""
    pending = [start]
    while pending:
        node = pending.pop()
        if node is not None:
            yield node
            pending.append(sideways(node))
            if node.tag not in INVISIBLE_TAGS:
                pending.append(into(node))


def _next(node: LexborNode) -> LexborNode | None:
    return node.next


def _previous(node: LexborNode) -> LexborNode | None:
    return node.prev


def _first_child(node: LexborNode) -> LexborNode | None:
    return node.first_child


def _last_child(node: LexborNode) -> LexborNode | None:
    return node.last_child
