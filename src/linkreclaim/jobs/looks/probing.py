"""How many random addresses a host is asked for: enough to know it, and few beside what it is asked anyway."""

from collections import OrderedDict
from dataclasses import dataclass

from linkreclaim import verdict
from linkreclaim.model.verdicts import Answer
from linkreclaim.urls import Url

FREE_PROBES = 30
"""Random addresses that any host is asked for where its URLs stand in that many folders."""
PROBE_SHARE_0_1 = 0.1
"""Beyond them, random addresses as a share of the host's URLs looked at: with the home page, robots.txt and second
tries a run stays below 1.15 requests a target."""
HOSTS_REMEMBERED = 10_000
_PLAIN_P = 0.05
_PLAIN_CHARS = 600
"""A page of this much text, and hardly a chance of "not found" in it, is what it seems (our judgement)."""


STAND_IN_NOTE = "the random address stood in another folder: those asked on this host were all answered alike"

_Signature = tuple[int | None, str, str]
"""Status code, where a redirect ended, and title: what a random address got, in short."""


@dataclass(slots=True)
class _Host:
    looks: int = 0
    probes: int = 0
    told_lies: bool = False  # a random address got something else than a 404
    beside: Url | None = None  # the first URL whose random sibling was asked
    signature: _Signature | None = None  # what that one got
    alike: bool = True  # and all others since


class ProbeBudget:
    """Says of each page whether the random address beside it is worth a request."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    def looked(self, origin: str) -> None:
        """Count a look at a host."""
        self._host(origin).looks += 1

    def probes(self, origin: str) -> None:
        """Count a random address that is about to be asked for."""
        self._host(origin).probes += 1

    def learn(self, beside: Url, sibling: Answer) -> None:
        """Take in what the random address beside a URL got."""
        host = self._host(beside.origin)
        host.told_lies = host.told_lies or sibling.status_code not in (404, 410)
        signature = _signature(sibling)
        if host.beside is None:
            host.beside, host.signature = beside, signature
        host.alike = host.alike and host.signature == signature

    def stand_in(self, origin: str) -> Url | None:
        """The URL whose random sibling may stand for those of other folders: where the host has been asked enough, and
        all of them got the same (one error page with status 200, one redirect)."""
        host = self._host(origin)
        return host.beside if host.told_lies and host.alike and self._spent(host) else None

    def worth(self, origin: str, answer: Answer) -> bool:
        """Whether a further folder of the host has to be probed for this page.

        Always for a page that says little, or something odd, and on a host where a random address once got more than a
        404. Where all of them got one, a page that is plainly one passes once the host has been asked enough.
        """
        host = self._host(origin)
        return not self._spent(host) or host.told_lies or not is_plainly_a_page(answer)

    def _spent(self, host: _Host) -> bool:
        return host.probes >= FREE_PROBES + PROBE_SHARE_0_1 * host.looks

    def _host(self, origin: str) -> _Host:
        host = self._hosts.setdefault(origin, _Host())
        self._hosts.move_to_end(origin)
        if len(self._hosts) > HOSTS_REMEMBERED:
            self._hosts.popitem(last=False)
        return host


def _signature(answer: Answer) -> _Signature:
    title = "" if answer.page is None else answer.page.title
    return answer.status_code, answer.final_url if answer.redirected else "", title


def is_plainly_a_page(answer: Answer) -> bool:
    """Whether a page needs no comparison: enough text, none of which says that something is not there."""
    if answer.redirected:
        return False
    if answer.page is None:
        return answer.glance is not None
    plain_class = verdict.page_class(answer.page) == "ok"
    return plain_class and len(answer.page.text) >= _PLAIN_CHARS and verdict.score_not_found(answer.page) < _PLAIN_P
