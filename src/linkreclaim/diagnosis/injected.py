"""Spam URLs that break-ins leave behind: they have no value and are never redirected.

Conservative on purpose: a real page called spam would lose its links for good, so one sign is never enough, and what
belongs to the site itself does not count. Signs after Google's guides to hacked sites ("Japanese keyword hack",
"gibberish hack", "cloaked keywords": pages in another language or of brands and pills, at made-up addresses), from
documentation; the words are those of such pages in public link exports and lists.
"""

import re
from collections.abc import Iterator, Sequence

from linkreclaim.diagnosis.vocabulary import SiteVocabulary, words_of
from linkreclaim.urls import Url, decode_path, registrable_domain

_SPAM_WORDS = re.compile(
    r"(?<![a-z])(?:viagra|cialis|levitra|kamagra|tramadol|xanax|ambien|phentermine|sildenafil|tadalafil|oxycontin|modafinil"
    r"|casino|togel|gacor|slot(?:88|777|online|gacor)|judi|bandarq|sbobet|maxwin|baccarat|betting|bet365|1xbet|poker|jackpot"
    r"|payday loans?|replica|louis ?vuitton|ray-?ban|michael ?kors|jerseys|moncler|yeezy|rolex|oakley|longchamp"
    r"|essay writing|porn|xxx|escorts?|camgirl|milf|hentai"
    r"|nhà cái|cá cược|xổ số|bahis|kumarhane)(?:s|es)?(?![a-z])"
    r"|スーパーコピー|ブランドコピー|激安|正規品|偽物|腕時計|バイアグラ|代引|新品|未使用|送料無料|通販"
    r"|ルイ ?ヴィトン|シャネル|グッチ|エルメス|プラダ|ロレックス|ナイキ|モンクレール|アウトレット|財布"
    r"|老虎机|博彩|六合彩|真人娱乐|代孕|彩票|时时彩|百家乐|娱乐城|棋牌|裸聊|色情|开户|投注|代开发票"
    r"|카지노|토토|바카라|먹튀|슬롯|출장(?:안마|샵)|비아그라|สล็อต|บาคาร่า|คาสิโน|แทงบอล|พนัน"
    r"|казино|виагр|сиалис|букмекер|порно|проститут|микрозайм|вулкан|كازينو|فياجرا|مراهنات"
)
_SELLING_WORDS = re.compile(
    r"\b(?:buy|cheap|order|online|discount|outlet|wholesale|generic|without|prescription|pills?|mg|free|bonus|sale|price"
    r"|shop|store|best|gacor|deposit|login|link alternatif|купить|бонус|онлайн|бесплатно)\b"
    r"|激安|通販|送料無料|代引|新品|中古|コピー|公式|楽天|人気|注册|平台|官网|网址|사이트|추천"
)
_MIN_LETTERS = 2

Sign = tuple[float, str]
"""Natural log-odds for (or, below zero, against) injected spam, and the words for it."""


def spam_signs(url: Url, anchors: Sequence[str], domains: Sequence[str], site: SiteVocabulary) -> Iterator[Sign]:
    """What speaks for a URL being spam on a hacked site, and against it. Source of the weights: our judgement.

    Spam words in the site's own domain name or in the words of its live pages do not count.
    """
    path = re.sub(r"[-_+./]+", " ", decode_path(url.path + " " + (url.query or ""))).casefold()
    own = registrable_domain(url.netloc).casefold() + " " + " ".join(_own_words(path, anchors, site))
    in_url = _spam_in(path, own)
    spam_anchors = [anchor for anchor in anchors if _spam_in(anchor.casefold(), own)]
    if in_url:
        yield (6.0 if len(in_url) > 1 else 3.0), f"spam words in the address: {', '.join(sorted(in_url)[:4])}"
    if spam_anchors:
        yield from _anchor_signs(spam_anchors, anchors, in_url, own)
    if (in_url or spam_anchors) and any(_SELLING_WORDS.search(text) for text in (path, *map(str.casefold, anchors))):
        yield 1.5, "words of selling around it"
    spam_domains = [domain for domain in domains if _spam_in(domain.replace("-", " ").casefold(), own)]
    if spam_domains and len(spam_domains) == len(domains):
        yield 3.0, "every linking domain has a spam word in its name"
    yield from _script_signs(path, anchors, site)
    yield from _word_signs(path, site)


def is_spam_title(title: str, site: SiteVocabulary) -> bool:
    """Whether the title of an archived page is a break-in's: in a script foreign to the site, or of spam words."""
    own = " ".join(_own_words(title.casefold(), (), site))
    return _is_alien(title, site) or len(_spam_in(title.casefold(), own)) > 1


def _anchor_signs(spam: Sequence[str], anchors: Sequence[str], in_url: set[str], own: str) -> Iterator[Sign]:
    if len(spam) < len(anchors):
        yield 0.5, f"spam words in {len(spam)} of {len(anchors)} anchors"
        return
    more = set().union(*(_spam_in(anchor.casefold(), own) for anchor in spam)) - in_url
    weight = 5.0 if len(spam) > 1 else 3.0
    yield (weight if more or len(spam) > 1 else 1.5), "nothing but spam words in its anchors"


def _script_signs(path: str, anchors: Sequence[str], site: SiteVocabulary) -> Iterator[Sign]:
    in_path = _is_alien(path, site)
    in_anchors = bool(anchors) and all(_is_alien(anchor, site) for anchor in anchors)
    if in_path:
        yield 4.0, "the address is in a script that no live page of the site is written in"
    if in_anchors:
        yield (4.5 if in_path else 1.5), "all anchors are in a script that no live page of the site is written in"


def _word_signs(path: str, site: SiteVocabulary) -> Iterator[Sign]:
    share = site.share_known_0_1(path)
    if share is not None and share >= 0.5:
        yield -2.0, "its address is made of words that the site uses"
    elif share == 0:
        yield 1.0, "no word of its address is one of the site's"


def _is_alien(text: str, site: SiteVocabulary) -> bool:
    alien = site.alien_scripts(text)
    return bool(alien) and sum(bool(site.alien_scripts(letter)) for letter in text) >= _MIN_LETTERS


def _spam_in(text: str, own: str) -> set[str]:
    return {word for word in _SPAM_WORDS.findall(text) if word not in own}


def _own_words(path: str, anchors: Sequence[str], site: SiteVocabulary) -> set[str]:
    """The site's own words that are spam words, too."""
    asked = {word for text in (path, *map(str.casefold, anchors)) for word in _SPAM_WORDS.findall(text)}
    return {word for word in asked if words_of(word) and words_of(word) <= site.words}
