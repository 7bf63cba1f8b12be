"""Which parts of a page are its chrome: menus, headers, footers and side columns, the same on every page of a site."""

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

_TAGS = frozenset({"nav", "header", "footer", "aside"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "menu", "menubar", "search"})
"""Landmark and menu roles of WAI-ARIA 1.2 that stand for the chrome."""
_WORDS = re.compile(
    r"(?:^|[\s_-])(?:main|top|left|right|side|sub|foot|site)?"
    r"(?:menus?|nav|navbar|navigation|navi|sidebar|footer|widgets?|blogroll|breadcrumbs?|topbar|masthead)(?=$|[\s_\d-])",
    re.IGNORECASE,
)
"""Words in class and id that name chrome (our choice, from the themes of the large content systems)."""
_NAME_CHARS = 500


class Chrome:
    """Answers for each element of one page whether it starts chrome; made once a page.

    A name like `content-sidebar-wrap` or `has-menu` often stands on the box around everything, so words in class and id
    do not count on elements that hold the page's `main` or `h1`. Cost: linear in the page.
    """

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._around: set[int] = set()
        self._inside: dict[int, bool] = {}
        for node in tree.css("main, h1, [role=main]"):
            self._mark_around(node)

    def _mark_around(self, node: LexborNode | None) -> None:
        while node is not None and node.mem_id not in self._around:
            self._around.add(node.mem_id)
            node = node.parent

    def starts(self, node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> bool:
        """Whether this element, with this tag and these attributes, is chrome itself: by tag, role, class or id."""
        if tag in _TAGS:
            return True
        if not attributes or tag in ("html", "body", "main", "-document"):
            return False
        if (attributes.get("role") or "").lower() in _ROLES:
            return True
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:_NAME_CHARS]
        return len(names) > 1 and _WORDS.search(names) is not None and node.mem_id not in self._around

    def holds(self, node: LexborNode) -> bool:
        """Whether this element, or one around it, is chrome. Each element is looked at once, however many links ask."""
        path: list[int] = []
        at: LexborNode | None = node
        answer = False
        while at is not None:
            known = self._inside.get(at.mem_id)
            if known is not None:
                answer = known
                break
            path.append(at.mem_id)
            if self.starts(at, at.tag or "", at.attributes):
                answer = True
                break
            at = at.parent
        self._inside.update(dict.fromkeys(path, answer))
        return answer
