"""Gates before a whole site: consent, age, country, and pages that say next to nothing.

Every address gets one, the home page too, and none is dead.
"""

import re
from functools import lru_cache

from linkreclaim.model.verdicts import PageFacts, Verdict, VerdictKind
from linkreclaim.verdict.case import Case
from linkreclaim.verdict.phrases import fold
from linkreclaim.verdict.reading import HINTS_NOT_FOUND, hears_otherwise, read_page_class
from linkreclaim.verdict.shape import is_home, names_gate

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
    r"|how old are you|vous avez le choix|(?:you|u) (?:have|heeft) (?:the|a|de) (?:choice|keuze)|votre choix"
    r"|(?:members|subscribers) only|(?:for|to) (?:our )?(?:registered )?(?:members|subscribers|users) only"
    r"|(?:keep|continue) reading|subscribe to (?:read|continue|view)|(?:weiter|fertig)lesen mit"
    r"|nur fur (?:abonnent|mitglied)|reservee?s? aux (?:abonne|membre)|(?:riservat\w|solo per) (?:agli )?abbonati"
    r"|(?:solo|exclusiv\w+) para (?:suscriptor|miembro|socio|assinant)|alleen voor (?:leden|abonnees)"
    r"|kun for (?:abonnent|medlem)|endast for (?:prenumerant|medlem)|tylko dla (?:prenumerator|abonent|zalogowan)"
    r"|только для (?:подписчик|зарегистрирован)|会員限定|회원 전용|仅限会员|(?:ban|anda) (?:da|sudah) (?:du )?1[68]"
    r"|(?:czy|voce|tem|tienes|avez-vous|bist du|sind sie|sei|ben je|bent u) (?:\w+ ){0,3}1[68]\b"
    r"|(?:are|you) 1[68]\+|1[68]\+ only|年齢確認|年龄验证|성인 인증"
    r"|выберите (?:страну|язык|регион|город)|browser (?:is )?not supported|(?:health ?care|medical) professional"
)
"""Titles and headings of such pages, folded: our judgement, by what consent managers and shops commonly write."""

_BARE_CHARS = 300
_FRAME_CHARS = 60
"""Room for a line of copyright or a choice of languages (our judgement)."""


_TELLING = {
    "blocked": "a page that refuses us",
    "maintenance": "a page that speaks of maintenance or an error of the server",
    "empty": "a page with next to no text",
}
"""Classes of pages that say nothing about the address that was asked."""


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
    return is_bare(page)


def is_bare(page: PageFacts, longest_chars: int = _BARE_CHARS) -> bool:
    """A few words without any frame of a site: no menu, no list of links."""
    frame_chars = sum(len(block) for block in page.blocks if block not in page.text)
    return len(page.text) <= longest_chars and frame_chars <= _FRAME_CHARS


def find_gate_landed_on(case: Case) -> str:
    """What shows that a redirect of every address ends at a gate, a refusal or an outage, in words; "" for nothing.

    The name of the page, a field for a password, the class of its words, or so few words that nothing can be told.
    """
    page = case.answer.page
    if names_gate(case.final):
        return "by its name a gate, a refusal or an outage"
    if page is None:
        return ""
    reading = read_page_class(page)
    if reading.p_not_found_0_1 >= HINTS_NOT_FOUND or reading.page_class == "parked":
        return ""
    if page.asks_password or reading.page_class == "login":
        return "a form to sign in"
    if reading.page_class in _TELLING:
        return _TELLING[reading.page_class]
    said = hears_otherwise(page)
    if said:
        return said[0]
    if gate_words(page):
        return f'a page that says "{gate_words(page)}"'
    return "a page of a few words that says nothing of a missing page" if is_bare(page) else ""


def gate_words(page: PageFacts) -> str:
    """The words of title or headings by which a page names itself a gate, "" for none."""
    return _gate_words(page.title, *page.headings[:3])


@lru_cache(500)
def _gate_words(*lines: str) -> str:
    named = _GATE.search(fold(" ".join(lines)))
    return named[0] if named is not None else ""
