"""Whether a page is in the language it says: templates are copied with their `lang`, and nobody sees it."""

import re

from linkreclaim.model.pages import DeadPage, LivePage

LOOKED_AT_CHARS = 2_000
OTHER_LETTERS_0_1 = 0.2
"""Share of letters of other scripts from which a text is in no language of Latin letters: names and quotations are
less. Our judgement."""
OWN_LETTERS_0_1 = 0.02
"""Share of its own letters below which a text is in no language of another script: a Chinese page that is nearly all
code has more. Our judgement."""
_OTHER_SCRIPTS = frozenset(("ar", "bg", "bn", "el", "fa", "he", "hi", "ja", "ko", "ru", "sr", "th", "uk", "ur", "zh"))
_LETTERS = re.compile(r"[^\W\d_]")
_OTHER_LETTERS = re.compile(r"(?![\u1e00-\u1eff])[\u0370-\U0003ffff]")
"""From Greek on; Latin letters with two marks stand among them."""


def page_language(page: DeadPage | LivePage) -> str:
    """Two letters of the language that a page says it is in, "" where it says none or its letters say otherwise."""
    told = page.lang[:2].lower()
    letters = "".join(_LETTERS.findall((page.text or page.title)[:LOOKED_AT_CHARS])) if told else ""
    if not letters:
        return told
    share = len(_OTHER_LETTERS.findall(letters)) / len(letters)
    believed = share >= OWN_LETTERS_0_1 if told in _OTHER_SCRIPTS else share < OTHER_LETTERS_0_1
    return told if believed else ""
