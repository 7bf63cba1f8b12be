"""Gates before a whole site: consent, age, country, and pages that say next to nothing.

Every address gets one, the home page too, and none is dead.
"""

import re
from functools import lru_cache

from linkreclaim.model.verdicts import PageFacts, Verdict, VerdictKind
from linkreclaim.verdict.case import Case
from linkreclaim.verdict.phrases import fold
from linkreclaim.verdict.shape import is_home

_GATE = re.compile(
    r"before you (?:continue|proceed|enter)|cookies? (?:settings|policy|consent|notice|preferences|and privacy|wall)"
    r"|(?:uses?|accept|about|our|of|verwenden|benutzen|nutzen|utilis\w+|usa\w*|utilizz\w+|gebruik\w*)"
    r" (?:des |di |de )?cookies|cookie-?(?:einstellungen|hinweis|zustimmung|instellingen)|cookies nutzen"
    r"|consent\b|avant de continuer|bevor (?:sie|du) (?:fortfahr|weiter)|mit werbung (?:und|oder)"
    r"|einwilligung|antes de (?:continuar|entrar)|prima di continuare|voordat (?:je|u) verder|zanim przejdziesz"
    r"|(?:value|respect|care about) your privacy|(?:schatzen|respektieren) (?:ihre|deine) privatsphare"
    r"|respectons votre vie privee|(?:valoramos|respetamos) (?:tu|su) privacidad|privacy e importante"
    r"|(?:respecteren|waarderen) (?:jouw|uw|je) privacy|cenimy (?:twoja|panstwa) prywatnosc"
    r"|age (?:verification|check|gate)|(?:are you|i am|you must be) (?:over|at least|of legal|1[68]|21)|adult content"
    r"|altersprufung|alterskontrolle|(?:schon|mindestens|uber) 1[68](?: jahre)?|verification de l'age|plus de 1[68] ans"
    r"|mayor de (?:edad|1[68])|maior de (?:idade|1[68])|(?:piu di|maggiore di) 1[68]|maggiorenne|1[68] jaar"
    r"|(?:ukonczone|skonczone) 1[68]|исполнилось 1[68]|1[68] (?:lat|ar|let|lat|evnel|yas)|1[68]歳以上|年满1[68]|满1[68]"
    r"|(?:select|choose|pick) (?:your|a) (?:country|region|language|location|store)|(?:land|sprache) (?:aus)?wahlen"
    r"|wahlen sie (?:ihr|ein|ihre|eine) (?:land|sprache)|kies (?:je|uw|een) (?:taal|land)|wybierz (?:kraj|jezyk)"
    r"|choisissez votre (?:pays|langue)|(?:seleccion[ae]|elija|elige) (?:su|tu) (?:pais|idioma)"
    r"|(?:selecione|escolha) (?:seu|o seu) (?:pais|idioma)|(?:scegli|seleziona) (?:il tuo|la tua|il"
    r"|la) (?:paese|lingua)"
    r"|выберите (?:страну|язык|регион|город)|browser (?:is )?not supported|(?:health ?care|medical) professional"
)
"""Titles and headings of such pages, folded: our judgement, by what consent managers and shops commonly write."""

_BARE_CHARS = 300
_FRAME_CHARS = 60
"""Room for a line of copyright or a choice of languages (our judgement)."""


def judge_gate(case: Case) -> Verdict | None:
    """The asked page is the site's gate: the home page is the same page, and names itself one."""
    page, home, sibling = case.answer.page, case.home_page, case.context.sibling
    if page is None or home is None or is_home(case.asked) or page.blocks != home.blocks:
        return None
    if sibling is not None and sibling.status_code in (404, 410):
        return None  # a gate stands before every address, one that does not exist too
    named = gate_words(page)
    if not named:
        return None
    reason = "every address gets the gate of the site, its home page too; needs a browser"
    return case.verdict(VerdictKind.UNSURE, reason, 0.6, f'it says "{named}"')


def shows_nothing_else(case: Case) -> bool:
    """Whether asked page and home page are the same few words without any frame of a site: refusals, outages and gates
    look so in any language, and so do parked domains; what stands behind them cannot be seen.

    A home page that a site gives for every address has a menu, or more to say (our judgement).
    """
    page, home = case.answer.page, case.home_page
    if page is None or home is None or not page.blocks or page.blocks != home.blocks:
        return False
    frame_chars = sum(len(block) for block in page.blocks if block not in page.text)
    return len(page.text) <= _BARE_CHARS and frame_chars <= _FRAME_CHARS


def gate_words(page: PageFacts) -> str:
    """The words of title or headings by which a page names itself a gate, "" for none."""
    return _gate_words(page.title, *page.headings[:3])


@lru_cache(500)
def _gate_words(*lines: str) -> str:
    named = _GATE.search(fold(" ".join(lines)))
    return named[0] if named is not None else ""
