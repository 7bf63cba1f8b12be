"""Why a URL broke: every cause starts from how often it is seen, evidence adds to or takes from it, the best one wins.

Sums of log-odds; when the best two are too near to each other the answer is "unsure". Which evidence speaks for which
cause follows published reports of webmasters and tools, gathered in docs/diagnose.md; the weights are our judgement.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from linkreclaim.diagnosis.injected import is_spam_title, spam_signs
from linkreclaim.diagnosis.noise import is_scanner_noise
from linkreclaim.diagnosis.places import is_above, is_neighbour, is_of_program
from linkreclaim.diagnosis.repair import Repair
from linkreclaim.diagnosis.vocabulary import NOTHING_KNOWN, SiteVocabulary
from linkreclaim.model.judgements import Cause, Diagnosis
from linkreclaim.model.matches import Match, Role
from linkreclaim.model.series import PastLook
from linkreclaim.model.verdicts import UNTOLD_KINDS, Verdict, VerdictKind
from linkreclaim.urls import Url, decode_path, parse


@dataclass(frozen=True, slots=True)
class DiagnosisFacts:
    """What is known of one dead URL beside its repair."""

    url: Url
    verdict: Verdict | None  # None: not checked
    referring_domains: int | None  # that use this exact URL; None: no link data
    anchors: tuple[str, ...]
    had_capture: bool  # an archive, an old sitemap or a log shows that the URL did work; False also when none was asked
    neighbours_dead: int  # other URLs of its folder
    neighbours_alive: int
    on_old_host: bool
    match: Match | None  # None: not matched
    mapped_like: int  # other dead pages that moved in the same way
    neighbours_moved: int = 0  # other dead URLs of its folder that were found in another one
    redirected_to: str = ""  # where the site itself once sent visitors of it, as a capture or record shows
    redirect_lives: bool = False  # that page is alive
    looks: tuple[PastLook, ...] = ()  # all looks at it, oldest first
    listed_live: bool = False  # the site's own list of its pages names it
    old_title: str = ""  # of the archived page
    content_known: bool = False  # the archived page's title or text
    domains: tuple[str, ...] = ()  # referring domains, some of them where there are many
    site: SiteVocabulary = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class _Clue:
    """One piece of evidence: what it adds to which causes (natural log-odds), and its words."""

    weights: dict[Cause, float]
    words: str
    doubts_target: bool = False  # nothing tells whether the live page that fits best is the lost one's


_PRIORS = {
    Cause.RESTRUCTURE: 0.35,
    Cause.DELETED: 0.25,
    Cause.SITE_VARIANT: 0.09,
    Cause.CUT_OFF: 0.06,
    Cause.TYPO: 0.06,
    Cause.WRONG_BASE: 0.05,
    Cause.MALFORMED: 0.05,
    Cause.MOVED_HOST: 0.04,
    Cause.TEMPORARY: 0.02,
    Cause.LOST_REDIRECT: 0.01,
    Cause.NEVER_EXISTED: 0.01,
    Cause.INJECTED: 0.01,
}
"""How often each cause is seen. Source: the shares of 5,687 literal 404 rules of one site (moved 35 %, cut off 16 %,
typo 8 %, wrong base 7 %, variants 14 %), with part of the faults at the source moved to deletion, which such rules
never show; judgement where neither says anything."""

_AT_SOURCE = (Cause.TYPO, Cause.MALFORMED, Cause.CUT_OFF, Cause.WRONG_BASE)
_MIN_MARGIN = 0.7
"""Below this distance (log-odds, a factor of two) between the best two causes the answer is "unsure"."""


_WELL = frozenset({VerdictKind.ALIVE, VerdictKind.REDIRECTED})
_FAILING = frozenset({VerdictKind.SERVER_ERROR, VerdictKind.UNREACHABLE})
_STEADY_LOOKS = 3
_VERY_LIKELY_0_1 = 0.9
_SURE_0_1 = 0.95
"""From here on a match is sure whatever its place. Source: real sites' redirects, addresses alone, up to 150 a site: of
the nearest pages that are neighbours under another name 21 of 22 were right above it, 82 of 117 below."""
_DAMAGE_SEEN = 5.0
_CLEAR_SPAM = 5.0
_ELLIPSES = ("...", "…", "%E2%80%A6", "%e2%80%a6")

_WORDS: dict[Cause, str] = {cause: cause.value.replace("_", " ") for cause in Cause}


def diagnose(facts: DiagnosisFacts, repair: Repair | None) -> Diagnosis:
    """The likeliest cause with the evidence for it; a repaired URL only where the cause allows one."""
    read = (clue for rule in _RULES for clue in rule(facts, repair))
    clues = [_with_host(clue) if facts.on_old_host else clue for clue in read]
    scores = {
        cause: math.log(prior) + sum(c.weights.get(cause, 0.0) for c in clues) for cause, prior in _PRIORS.items()
    }
    ranked = sorted(scores, key=lambda cause: -scores[cause])
    best, second = ranked[0], ranked[1]
    confidence = 1 / sum(math.exp(scores[cause] - scores[best]) for cause in ranked)
    unsure = scores[best] - scores[second] < _MIN_MARGIN
    evidence = tuple(clue.words for clue in clues if unsure or clue.weights.get(best, 0.0) > 0)
    between = (f"as likely: {_WORDS[best]} or {_WORDS[second]}",) if unsure else ()
    told = Diagnosis(
        cause=Cause.UNSURE if unsure else best,
        cause_confidence_0_1=round(confidence, 4),
        evidence=between + (evidence or ("nothing but how often this cause is seen",)),
        as_likely=(best, second) if unsure else (),
        doubts_target=any(clue.doubts_target for clue in clues) and not facts.redirect_lives,
    )
    return told if repair is None or not told.may_redirect else replace(told, repaired_url=repair.url)


def _with_host(clue: _Clue) -> _Clue:
    """On a former host, what says that a page moved says that it moved with its host, whatever its path is now."""
    moved = clue.weights.get(Cause.RESTRUCTURE, 0.0)
    if moved <= 0:
        return clue
    weights = dict(clue.weights)
    del weights[Cause.RESTRUCTURE]
    weights[Cause.MOVED_HOST] = max(moved, weights.get(Cause.MOVED_HOST, 0.0))
    return replace(clue, weights=weights)


def _read_noise(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    """What scanners ask for; a real page has been at none of these addresses, whatever links to them."""
    if is_scanner_noise(facts.url):
        yield _Clue(
            {Cause.NEVER_EXISTED: 8.0 if facts.referring_domains else 12.0}, "scanners ask for it on every site"
        )


def _read_spam(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    """Signs of a break-in; what the archive knows as the site's own page, or repairs to one, is none."""
    signs = list(spam_signs(facts.url, facts.anchors, facts.domains, facts.site))
    if not any(weight > 0 for weight, _ in signs):
        return
    against = -2.0 if sum(weight for weight, _ in signs) >= _CLEAR_SPAM else 0.0  # a page that fits it fits by chance
    for weight, words in signs:
        yield _Clue({Cause.INJECTED: weight, Cause.RESTRUCTURE: against / len(signs)}, words)
    if is_spam_title(facts.old_title, facts.site):
        yield _Clue({Cause.INJECTED: 3.0}, "what a capture or record shows there is spam, too")
    elif facts.had_capture:
        yield _Clue({Cause.INJECTED: -8.0}, "a capture or record shows a page of the site itself there")
    if repair is not None:
        yield _Clue({Cause.INJECTED: -5.0}, "it is a damaged form of a live page")


def _read_verdict(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    verdict = facts.verdict
    if verdict is None:
        return
    if verdict.kind is VerdictKind.GONE:
        yield _Clue({Cause.DELETED: 2.5}, "the server says that it is gone for good (410)")
    if verdict.kind is VerdictKind.REDIRECT_BROKEN:
        yield _Clue({Cause.LOST_REDIRECT: 5.0}, "a redirect is there, but it leads nowhere")
    if verdict.kind in UNTOLD_KINDS and not verdict.dead:
        yield _Clue({Cause.TEMPORARY: 9.0}, f"not seen to be dead: {verdict.reason}")


def _read_looks(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    """Answers over time: what comes and goes, or fails on the server, is repaired there and not redirected."""
    states = [look.kind in _WELL for look in facts.looks if look.kind not in UNTOLD_KINDS]
    changes = sum(before != after for before, after in pairwise(states))
    failures = sum(look.kind in _FAILING and not look.dead for look in facts.looks)
    if changes >= 2:
        yield _Clue({Cause.TEMPORARY: 9.0}, f"it came and went: {changes} changes in {len(states)} looks")
    elif changes == 1 and not states[-1]:
        weights = {Cause.RESTRUCTURE: 1.0, Cause.DELETED: 1.0, Cause.NEVER_EXISTED: -4.0, Cause.INJECTED: -2.0}
        yield _Clue({**weights, **dict.fromkeys(_AT_SOURCE, -3.0)}, "an earlier look saw it alive")
    if failures and failures * 2 >= len(facts.looks):
        yield _Clue({Cause.TEMPORARY: 6.0}, f"the server failed at {failures} of {len(facts.looks)} looks")
    elif len(states) >= _STEADY_LOOKS and not any(states):
        yield _Clue({Cause.TEMPORARY: -2.0}, f"dead at all {len(states)} looks")


def _read_old_redirect(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    """A redirect that the archive or a record shows and the server no longer gives; its target is the answer."""
    if facts.redirected_to:
        weight = (5.0 if facts.on_old_host else 11.0) + facts.redirect_lives
        told = ", which is alive" if facts.redirect_lives else ""
        yield _Clue(
            {Cause.LOST_REDIRECT: weight, Cause.RESTRUCTURE: -2.0},
            f"it once redirected to {facts.redirected_to[:200]}{told}",
        )


def _read_listed(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    """The site still names the page itself: a fault of the site, or a page that is not dead at all."""
    if facts.listed_live:
        yield _Clue({Cause.TEMPORARY: 6.0}, "the site itself lists it among its live pages")


def _read_repair(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    """Faults at the source need a repair to be seen at all."""
    if repair is None:
        yield _Clue({**dict.fromkeys(_AT_SOURCE, -4.0), Cause.SITE_VARIANT: -4.0}, "no damaged form of a live URL")
        return
    certainty = min(repair.confidence_0_1, 0.99)
    weight = 2.0 + math.log(certainty / (1 - certainty))
    weights = dict.fromkeys((*_AT_SOURCE, Cause.SITE_VARIANT), -2.0)
    if repair.cause is Cause.MALFORMED:
        weight = max(weight, _DAMAGE_SEEN)  # whatever stands at the mended address, the damage is there to be seen
    if repair.kind.endswith("wrong_folder"):
        weights[Cause.RESTRUCTURE] = 0.5  # a folder taken out of every address looks the same on one page
    yield _Clue({**weights, repair.cause: weight}, repair.reason)


def _read_ellipsis(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    """Forums, feeds and PDFs show long links shortened, and the shortened text is copied."""
    if facts.url.raw.rstrip("\"')]").endswith(_ELLIPSES) and (repair is None or repair.cause is not Cause.MALFORMED):
        yield _Clue({Cause.CUT_OFF: 10.0}, "it ends in an ellipsis, as shortened links do")


def _read_history(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    """An address that worked, or that several sites use, was no slip of one author."""
    if facts.had_capture:
        weights = {Cause.RESTRUCTURE: 1.0, Cause.DELETED: 1.0, Cause.MOVED_HOST: 0.5, Cause.NEVER_EXISTED: -4.0}
        yield _Clue(
            {**weights, **dict.fromkeys(_AT_SOURCE, -3.0)}, "a capture or record shows that this address did work"
        )
    if facts.referring_domains is not None and facts.referring_domains >= 3:
        weights = {Cause.SITE_VARIANT: 1.0, Cause.RESTRUCTURE: 0.5, Cause.DELETED: 0.5, Cause.NEVER_EXISTED: -2.0}
        words = f"{facts.referring_domains} domains use exactly this address"
        yield _Clue({**weights, **dict.fromkeys(_AT_SOURCE, -1.5)}, words)
    elif facts.referring_domains == 1:
        yield _Clue(dict.fromkeys(_AT_SOURCE, 0.7), "only one domain uses this address")


def _read_neighbours(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    dead, alive = facts.neighbours_dead, facts.neighbours_alive
    if dead >= 3 and dead > alive:
        words = f"{dead} neighbours in its folder are dead too"
        if repair is None and facts.neighbours_moved >= 2 and _fits_none(facts.match):
            moved = f"{facts.neighbours_moved} neighbours in its folder were found in another folder, it was not"
            yield _Clue({Cause.DELETED: 1.5}, moved)
        elif facts.match is not None and facts.match.target_url is None:
            yield _Clue({Cause.DELETED: 0.5}, words)  # a section given up: a moved one would be found somewhere
        else:
            yield _Clue({Cause.RESTRUCTURE: 1.5, Cause.MOVED_HOST: 0.5}, words)
    elif alive >= 3 and dead == 0:
        words = f"{alive} neighbours in its folder live on"
        yield _Clue({Cause.DELETED: 1.5, Cause.RESTRUCTURE: -1.0}, words)
    if facts.mapped_like >= 2:
        yield _Clue({Cause.RESTRUCTURE: 2.5}, f"{facts.mapped_like} other pages moved in the same way")


def _fits_none(match: Match | None) -> bool:
    """Whether a page was compared with the live ones, and none is likelier than not."""
    return match is not None and (match.target_url is None or match.confidence_0_1 <= 0.5)


def _read_host(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    """What stood on a former host moved with it or went with it; nobody's link could outlive the host."""
    if facts.on_old_host:
        yield _Clue({Cause.MOVED_HOST: 8.0}, f"{facts.url.netloc} is a former host of the site")


def _read_match(facts: DiagnosisFacts, repair: Repair | None) -> Iterator[_Clue]:
    match = facts.match
    if match is None or repair is not None:
        return
    if match.target_url is None:
        yield _Clue({Cause.DELETED: 2.0}, "no live page of the site fits it")
        return
    chance = min(max(match.confidence_0_1, 0.02), 0.98)
    weight, shown = math.log(chance / (1 - chance)), match.target_url[:200]
    if _is_beginning(facts.url, match.target_url):
        yield _Clue({Cause.CUT_OFF: 8.0 + max(weight, 0.0)}, f"it is the beginning of {shown}, within a word")
    elif _asks_with_query(facts.url, match.target_url):
        yield _Clue({Cause.SITE_VARIANT: 9.0}, f"it is the live {shown}, asked for with a query that is not answered")
    elif weight <= 0:
        yield _Clue({Cause.DELETED: min(0.5 - weight, 2.0)}, f"no live page fits it well; the nearest is {shown}")
    elif match.candidates and match.candidates[0].role is Role.HUB:
        yield _Clue({Cause.DELETED: 2.0}, f"no page of its own fits it; its listing is {shown}")
    else:
        yield _read_place(facts, match.target_url, chance) or _Clue(
            {Cause.RESTRUCTURE: 1.0 + weight}, _found(facts, chance, shown)
        )


def _found(facts: DiagnosisFacts, chance_0_1: float, shown: str) -> str:
    """Where a lost page is now, said as surely as the match is."""
    by, what = ("", "its content") if facts.content_known else ("by its address ", "it")
    return f"{by}{what} is {'very likely' if chance_0_1 >= _VERY_LIKELY_0_1 else 'perhaps'} at {shown} now"


def _read_place(facts: DiagnosisFacts, target: str, chance_0_1: float) -> _Clue | None:
    """What the place of the nearest page says, where nobody knows what the lost one was."""
    other = parse(target)
    if other is None or facts.content_known:
        return None
    shown = target[:200]
    if is_above(other, facts.url):
        return _Clue({Cause.DELETED: 2.0}, f"no page of its own fits it; the page above it is {shown}")
    if is_of_program(facts.url, other):
        words = f"{shown} lives on, but nothing tells which page its query asked for"
        return _Clue({Cause.DELETED: 1.5}, words, doubts_target=True)
    if chance_0_1 >= _SURE_0_1:
        return None
    if is_above(facts.url, other):
        return _Clue({Cause.DELETED: 1.5}, f"pages that stood below it live on, such as {shown}; it does not")
    if is_neighbour(facts.url, other):
        return _Clue({Cause.DELETED: 1.5}, f"no copy of it is known; the nearest page is its neighbour {shown}")
    return None


def _asks_with_query(url: Url, target: str) -> bool:
    """Whether a URL is a live page but for its query; of a program, and of the home page, the query says which page."""
    live = parse(target)
    if live is None or live.query or not url.query:
        return False
    path = url.path.rstrip("/")
    return bool(path) and path == live.path.rstrip("/") and "." not in path.rpartition("/")[2]


def _is_beginning(url: Url, target: str) -> bool:
    """Whether a URL's path is that of another one, cut within a word."""
    whole = parse(target)
    path = decode_path(url.path).casefold()
    other = "" if whole is None else decode_path(whole.path).casefold()
    rest = other.removeprefix(path)
    return len(path) > 1 and path[-1].isalnum() and rest != other and rest[:1].isalnum()


_Rule = Callable[[DiagnosisFacts, Repair | None], Iterator[_Clue]]
_RULES: tuple[_Rule, ...] = (
    _read_noise,
    _read_spam,
    _read_verdict,
    _read_looks,
    _read_old_redirect,
    _read_listed,
    _read_repair,
    _read_ellipsis,
    _read_host,
    _read_history,
    _read_neighbours,
    _read_match,
)
"""Each weight is a natural log-odds. Source: judgement, after which evidence speaks for which cause."""
