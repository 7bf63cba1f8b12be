"""The one catalogue of words for verdicts, causes and dispositions: what a client reads who is no SEO."""

from collections.abc import Mapping
from typing import NamedTuple

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import Cause, Disposition
from linkreclaim.model.links import LinkState, PageOutcome
from linkreclaim.model.verdicts import VerdictKind


class Wording(NamedTuple):
    """A label for a table, and a sentence for a reader who has never heard the label."""

    label: str
    sentence: str


VERDICTS: Mapping[VerdictKind, Wording] = {
    VerdictKind.ALIVE: Wording("Works", "The page is there."),
    VerdictKind.REDIRECTED: Wording("Redirected", "The address leads on to a page that is there."),
    VerdictKind.NOT_FOUND: Wording("Not found (404)", "The server says that there is no page at this address."),
    VerdictKind.GONE: Wording("Gone (410)", "The server says that the page was taken away for good."),
    VerdictKind.SOFT_404: Wording(
        "Soft 404", "The server answers “OK”, yet shows what it shows for any address that does not exist."
    ),
    VerdictKind.REDIRECTED_HOME: Wording(
        "Sent to home page", "Visitors end up on the home page. Search engines treat that as “not found”."
    ),
    VerdictKind.REDIRECTED_UNLIKE: Wording(
        "Sent elsewhere", "Visitors end up on a page about something else, which does not replace the lost one."
    ),
    VerdictKind.REDIRECT_BROKEN: Wording(
        "Broken redirect", "The redirect runs in a circle, is too long, or ends nowhere."
    ),
    VerdictKind.PARKED: Wording("Parked domain", "The domain shows a parking or “for sale” page."),
    VerdictKind.BLOCKED: Wording(
        "Blocked", "The server refused to show the page to a program. A visitor may well see it."
    ),
    VerdictKind.SERVER_ERROR: Wording("Server error", "The server had a fault when it was asked. It may work again."),
    VerdictKind.UNREACHABLE: Wording("No answer", "No server answered at this address."),
    VerdictKind.SKIPPED: Wording(
        "Not asked", "The address was left alone, for example because robots.txt asks for it."
    ),
    VerdictKind.UNSURE: Wording("Unsure", "The answer allows no clear reading."),
}

VERDICT_CODES: Mapping[VerdictKind | None, str] = {
    None: "unchecked",
    VerdictKind.ALIVE: "alive",
    VerdictKind.REDIRECTED: "redirect",
    VerdictKind.NOT_FOUND: "404",
    VerdictKind.GONE: "410",
    VerdictKind.SOFT_404: "soft 404",
    VerdictKind.REDIRECTED_HOME: "to home",
    VerdictKind.REDIRECTED_UNLIKE: "elsewhere",
    VerdictKind.REDIRECT_BROKEN: "bad chain",
    VerdictKind.PARKED: "parked",
    VerdictKind.BLOCKED: "blocked",
    VerdictKind.SERVER_ERROR: "5xx",
    VerdictKind.UNREACHABLE: "no answer",
    VerdictKind.SKIPPED: "skipped",
    VerdictKind.UNSURE: "unsure",
}
"""For the narrow column of a terminal: at most nine characters."""

UNCHECKED = Wording("Not checked yet", "The files that were read say so; the address itself has not been asked yet.")

CAUSES: Mapping[Cause, Wording] = {
    Cause.DELETED: Wording("Deleted page", "The page was taken off the site."),
    Cause.RESTRUCTURE: Wording(
        "Moved in a restructure", "The site changed its addresses and this page moved with them."
    ),
    Cause.MOVED_HOST: Wording("Domain or host move", "The site moved to another domain or host."),
    Cause.LOST_REDIRECT: Wording("Lost redirect", "A redirect that used to be here is gone."),
    Cause.SITE_VARIANT: Wording(
        "Address variant", "Only a slash, capital letter, file ending or “www” differs from a page that works."
    ),
    Cause.TYPO: Wording("Typo in the link", "The page that links here mistyped the address."),
    Cause.MALFORMED: Wording("Damaged link", "The link carries characters that do not belong to the address."),
    Cause.CUT_OFF: Wording("Cut-off link", "The link stops before the address ends."),
    Cause.WRONG_BASE: Wording("Wrong starting point", "The link was put together from the wrong folder or host."),
    Cause.TEMPORARY: Wording(
        "Temporary fault", "This looks like a fault of the site that should be mended, not redirected."
    ),
    Cause.NEVER_EXISTED: Wording("Never existed", "No such page is known to have been here."),
    Cause.INJECTED: Wording("Injected spam", "The address comes from a hacked site’s spam pages and should stay gone."),
    Cause.UNSURE: Wording("Cause unclear", "The facts do not settle why this link broke."),
}

CAUSES_COUNTED: Mapping[Cause, str] = {
    Cause.DELETED: "{pages} {were} taken off the site",
    Cause.RESTRUCTURE: "{pages} moved when the site changed its addresses",
    Cause.MOVED_HOST: "{pages} {were} left behind on a former domain or host",
    Cause.LOST_REDIRECT: "{pages} lost a redirect",
    Cause.SITE_VARIANT: "{pages} {were} linked by an address that differs from the right one in form only",
    Cause.TYPO: "{pages} {were} mistyped by those who link",
    Cause.MALFORMED: "{pages} {were} linked by a damaged address",
    Cause.CUT_OFF: "{pages} {were} linked by a cut-off address",
    Cause.WRONG_BASE: "{pages} {were} linked from the wrong folder or host",
    Cause.TEMPORARY: "{pages} had a fault that may pass",
    Cause.NEVER_EXISTED: "{pages} never existed",
    Cause.INJECTED: "{pages} {were} spam from a break-in",
    Cause.UNSURE: "{pages} broke for a reason that is not clear",
}
"""Causes in a sentence that counts them: `6 pages were taken off the site`."""

DISPOSITIONS: Mapping[Disposition, Wording] = {
    Disposition.REDIRECT: Wording("Redirect", "Send visitors on to the page that replaces the lost one."),
    Disposition.RESTORE: Wording("Restore", "Bring the page back: nothing on the site replaces it."),
    Disposition.GONE: Wording("Leave gone", "Answer “gone for good” (410): the page should not come back."),
    Disposition.FIX_AT_SOURCE: Wording("Ask for a fix", "Ask the linking site to correct its link."),
    Disposition.IGNORE: Wording("Ignore", "Nothing to win here."),
    Disposition.REVIEW: Wording("Look at by hand", "A person has to choose: no page fits clearly enough."),
}

DECISIONS: Mapping[DecisionState, str] = {
    DecisionState.PROPOSED: "Proposed",
    DecisionState.ACCEPTED: "Accepted",
    DecisionState.REJECTED: "Rejected",
}

SEEN: Mapping[str, str] = {
    LinkState.PRESENT: "Link seen",
    LinkState.MOVED: "Link seen, page moved",
    LinkState.NOFOLLOWED: "Link seen, now nofollow",
    LinkState.CHANGED: "Link changed",
    LinkState.GONE: "Link is gone",
    LinkState.PAGE_GONE: "Page is gone",
    LinkState.BLOCKED: "Page blocked",
    LinkState.NEEDS_SCRIPT: "Page needs a script",
    LinkState.UNREADABLE: "Page unreadable",
    LinkState.NOT_LOOKED: "Not looked at",
}
"""What reading the linking page showed (`BacklinkRow.seen`)."""

OUTCOMES: Mapping[PageOutcome, str] = {
    PageOutcome.READ: "read",
    PageOutcome.GONE: "gone",
    PageOutcome.NEEDS_SCRIPT: "need a script",
    PageOutcome.BLOCKED: "blocked",
    PageOutcome.FAILED: "failed",
    PageOutcome.SKIPPED: "skipped",
}


def find_verdict_words(kind: VerdictKind | None) -> Wording:
    """Words for a verdict; None is a page of the provisional list, which nobody has asked yet."""
    return UNCHECKED if kind is None else VERDICTS[kind]
