"""What one page says of itself: the facts that verdicts and matches are made of."""

from collections.abc import Sequence
from itertools import islice

from linkreclaim.html.blocks import Block, read_blocks
from linkreclaim.html.charset import decode_html
from linkreclaim.html.head import read_head
from linkreclaim.html.ids import page_ids
from linkreclaim.html.shell import is_shell
from linkreclaim.html.tree import read_tree
from linkreclaim.model.verdicts import PageFacts
from linkreclaim.urls import Url

_SIGN_IN_FIELD = 'input[type="password" i]'
_TEXT_CHARS = 4_000
_HEADINGS = 25
_HEADING_CHARS = 300
_BLOCKS = 400
_BLOCKS_READ = 5_000  # a longer page is a list; its end says nothing new
_BLOCK_CHARS = 200


def page_facts(body: bytes, content_type: str, url: Url, x_robots_tag: str = "", refresh: str = "") -> PageFacts:
    """Read a page: title, description, headings, main text, robots, canonical, visible blocks, ids of its system.

    `body` may be cut anywhere; `url` is the one that gave it (after redirects), `x_robots_tag` and `refresh` are its
    headers. Raises nothing, whatever the bytes are.
    """
    tree = read_tree(decode_html(body, content_type))
    head = read_head(tree, url, x_robots_tag, refresh)
    blocks = list(islice(read_blocks(tree), _BLOCKS_READ))
    return PageFacts(
        title=head.title,
        description=head.description,
        headings=tuple(block.text[:_HEADING_CHARS].rstrip() for block in blocks if block.heading)[:_HEADINGS],
        text=_main_text(blocks),
        lang=head.lang,
        canonical=head.canonical,
        noindex=head.noindex,
        meta_refresh=head.meta_refresh,
        blocks=tuple(block.text[:_BLOCK_CHARS].rstrip() for block in blocks[:_BLOCKS]),
        script_only=is_shell(tree, blocks),
        asks_password=tree.css_first(_SIGN_IN_FIELD) is not None,
        ids=page_ids(tree),
    )


def _main_text(blocks: Sequence[Block]) -> str:
    """Text without chrome; only what stands in main or article where that is the greater part of it."""
    content = [block for block in blocks if not block.chrome] or blocks
    main = [block for block in content if block.main]
    if 2 * _characters(main) > _characters(content):
        content = main
    return " ".join(block.text for block in content)[:_TEXT_CHARS].rstrip()


def _characters(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)
