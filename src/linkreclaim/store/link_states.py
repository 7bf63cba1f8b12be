"""What the newest look at its page says of one backlink. The rules and their reasons: docs/links.md."""

from collections.abc import Iterable
from typing import Any

from linkreclaim.model.links import LinkState, PageOutcome, Rel
from linkreclaim.store.interning import key_host
from linkreclaim.urls import parse, registrable_domain

_UNREAD = {
    PageOutcome.GONE: LinkState.PAGE_GONE,
    PageOutcome.BLOCKED: LinkState.BLOCKED,
    PageOutcome.NEEDS_SCRIPT: LinkState.NEEDS_SCRIPT,
    PageOutcome.FAILED: LinkState.UNREADABLE,
    PageOutcome.SKIPPED: LinkState.UNREADABLE,
}


def find_moved_to(page_key: str, final_url: str) -> str:
    """Where a linking page leads today, "" while that is its own URL (scheme and `www.` make no other)."""
    final = parse(final_url)
    return "" if final is None or final.key == page_key else final.href


def judge_seen(page_key: str, moved_to: str, rel: Rel, claimed_rels: Iterable[Rel | None]) -> LinkState:
    """State of a link that is on its page, as it is told by its rel then and now and by where the page is."""
    said = [claimed for claimed in claimed_rels if claimed is not None]
    if rel and said and not any(said):
        return LinkState.NOFOLLOWED
    if moved_to and _same_site(page_key, moved_to):
        return LinkState.MOVED
    return LinkState.PRESENT


def judge_unseen(page_key: str, look: Any, moved_to: str, changed_to: str) -> LinkState:
    """State of a claimed link that no look has shown; `look` is the newest one at its page (None: there is none)."""
    if look is None:
        return LinkState.NOT_LOOKED
    outcome = PageOutcome(look.outcome)
    if outcome is not PageOutcome.READ:
        return _UNREAD[outcome]
    if moved_to and not _still_a_page(page_key, moved_to):
        return LinkState.PAGE_GONE
    return LinkState.CHANGED if changed_to else LinkState.GONE


def _same_site(page_key: str, moved_to: str) -> bool:
    final = parse(moved_to)
    return final is not None and registrable_domain(final.netloc) == registrable_domain(key_host(page_key))


def _still_a_page(page_key: str, moved_to: str) -> bool:
    """False where a page leads to another site, or to its site's home page: what it said is no more."""
    final = parse(moved_to)
    sent_home = final is not None and final.request_target == "/" and page_key.partition("/")[2] != ""
    return _same_site(page_key, moved_to) and not sent_home
