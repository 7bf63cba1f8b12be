"""App shells: pages that a script would have to write."""

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

from linkreclaim.html.blocks import Block

_SHELL_CHARS = 40  # "Loading ... please wait" and a brand fit into it, a sentence for a reader does not
_SHELL_ROOTS = (
    "#root, #app, #__next, #__nuxt, #___gatsby, #svelte, #main-app, #react-root, #app-root, #application, #ember-app, "
    "app-root, my-app, ng-app, [ng-app], [ng-version], [data-reactroot], [data-server-rendered], flutter-view"
)
"""Elements that script frameworks fill: the defaults of their starter kits."""
_CODE_SCRIPTS = 'script[src], script:not([type]), script[type*="javascript" i], script[type="module" i]'


def is_shell(tree: LexborHTMLParser, blocks: Iterable[Block]) -> bool:
    """Whether a page is an app shell. Short error pages with a script are not meant.

    Reads no more `blocks` than it needs to see a sentence. Our measurement, 1,773 built pages: 96 % of the shells among
    them, and 4 of 1,579 other pages.
    """
    characters, heading = 0, False
    for block in blocks:
        characters += len(block.text)
        heading = heading or block.heading
        if characters >= _SHELL_CHARS:
            return False
    if not tree.css_first(_CODE_SCRIPTS):
        return False
    return characters == 0 or (not heading and tree.css_first(_SHELL_ROOTS) is not None)
