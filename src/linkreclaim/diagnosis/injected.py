"""Spam URLs that break-ins leave behind: they have no value and are never redirected.

Conservative on purpose: a real page called spam would lose its links for good, so one word is never enough, and words
that belong to the site itself do not count.
"""

import re
from collections.abc import Iterable, Set

from linkreclaim.urls import Url, decode_path, registrable_domain

_SPAM_WORDS = re.compile(
    r"viagra|cialis|levitra|kamagra|tramadol|xanax|ambien|phentermine|sildenafil|tadalafil|oxycontin|modafinil"
    r"|casino|togel|gacor|slot(?:88|777|online|gacor)|judi|bandarq|sbobet|maxwin|baccarat|betting|bet365|1xbet|poker|jackpot"
    r"|payday loans?|replica|louis ?vuitton|ray-?ban|michael ?kors|jerseys|moncler|yeezy|rolex|oakley|longchamp"
    r"|essay writing|porn|xxx|escorts?|camgirl|milf|hentai"
    r"|スーパーコピー|ブランドコピー|激安|正規品|偽物|腕時計|バイアグラ|代引|新品|未使用|送料無料|通販|老虎机|博彩|六合彩|真人娱乐|代孕|카지노|토토|바카라"
)
_SELLING_WORDS = re.compile(
    r"\b(?:buy|cheap|order|online|discount|outlet|wholesale|generic|without|prescription|pills?|mg|free|bonus|sale|price"
    r"|shop|store|best|gacor|deposit|login|link alternatif)\b|激安|通販|送料無料|代引|新品|中古|コピー"
)


def looks_injected(url: Url, anchors: Iterable[str], site_words: Set[str] = frozenset()) -> bool:
    """Whether a URL looks like spam put on a hacked site.

    True for two different spam words in the URL and its anchors, one of them in the URL, with a word of selling among
    them. Spam words in the site's own domain name, or in `site_words` (the vocabulary of its live pages), do not count.
    """
    path = re.sub(r"[-_+./]+", " ", decode_path(url.path + " " + (url.query or ""))).casefold()
    own = registrable_domain(url.netloc).casefold() + " " + " ".join(site_words).casefold()
    in_url = {word for word in _SPAM_WORDS.findall(path) if word not in own}
    texts = [anchor.casefold() for anchor in anchors]
    in_anchors = {word for text in texts for word in _SPAM_WORDS.findall(text) if word not in own}
    selling = any(_SELLING_WORDS.search(text) for text in (path, *texts))
    return bool(in_url) and len(in_url | in_anchors) >= 2 and selling
