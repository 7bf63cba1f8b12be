"""Gates before a whole site: consent, age, country. Every address gets one, the home page too, and none is dead."""

import re
from functools import lru_cache

from linkreclaim.model.verdicts import PageFacts, Verdict, VerdictKind
from linkreclaim.verdict.case import Case
from linkreclaim.verdict.phrases import fold
from linkreclaim.verdict.shape import is_home

_GATE = re.compile(
    r"before you (?:continue|proceed|enter)|cookies? (?:settings|policy|consent|notice|preferences|and privacy|wall)"
    r"|(?:uses?|accept|about|our|of|verwenden|benutzen|nutzen|utilis\w+|usa\w*|utilizz\w+|gebruik\w*)"
    r" (?:des |di |de )?cookies"
    r"|consent\b|avant de continuer|bevor (?:sie|du) (?:fortfahr|weiter)"
    r"|einwilligung|antes de (?:continuar|entrar)|prima di continuare|voordat (?:je|u) verder|zanim przejdziesz"
    r"|age (?:verification|check|gate)|(?:are you|i am) (?:over|at least|of legal|1[68]|21)"
    r"|altersprufung|alterskontrolle|verification de l'age|mayor de edad"
    r"|(?:select|choose|pick) (?:your|a) (?:country|region|language|location|store)|(?:land|sprache) (?:aus)?wahlen"
    r"|choisissez votre (?:pays|langue)|(?:seleccion[ae]|elija|elige) (?:su|tu) (?:pais|idioma)"
)
"""Titles and headings of such pages, folded: our judgement, by what consent managers and shops commonly write."""


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


def gate_words(page: PageFacts) -> str:
    """The words of title or headings by which a page names itself a gate, "" for none."""
    return _gate_words(page.title, *page.headings[:3])


@lru_cache(500)
def _gate_words(*lines: str) -> str:
    named = _GATE.search(fold(" ".join(lines)))
    return named[0] if named is not None else ""
