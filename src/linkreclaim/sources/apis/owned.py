"""What the interfaces for a site's owner share: the fields of their JSON, and which site of an account is meant."""

import json
from collections.abc import Iterable
from typing import Any

from linkreclaim import urls
from linkreclaim.model.sites import Site
from linkreclaim.sources.apis.interface import Answer, AnswerError, Call
from linkreclaim.sources.cells import show

NAMED_SITES = 5
"""Sites of an account that a message names."""


class UrlRefusedError(AnswerError):
    """The vendor knows nothing of one URL that it was asked for; the others may be asked all the same."""


def read_document(title: str, call: Call, answer: Answer) -> Any:
    """The JSON of an answer. Raises AnswerError when it is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        start = show(answer.body[:240].decode("utf-8", "replace"), 60)
        raise AnswerError(
            f"{title}: the answer to {call.report} is not JSON (HTTP {answer.status_code}): {start}"
        ) from None


def need(title: str, call: Call, holder: Any, name: str, kind: type) -> Any:
    """A field that an answer must have. Raises AnswerError naming it when it is missing or of another kind."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise missing(title, call, name)
    return value


def missing(title: str, call: Call, name: str) -> AnswerError:
    """The error of a field that is missing or of another kind than is documented."""
    return AnswerError(
        f"{title}: the answer to {call.report} has no field {name!r} of the kind that is documented: the interface may"
        " have changed; an export of the same report can be given with --links"
    )


def hosts_of(site: Site) -> tuple[str, ...]:
    """The hosts of a site, today's first, then its former ones."""
    return (site.host, *site.old_hosts)


def concerns(site: Site, url: str) -> bool:
    """Whether a URL belongs to a site, to its former hosts or to one of its subdomains where these are asked for."""
    parsed = urls.parse(url)
    return parsed is not None and site.concerns(parsed.netloc)


def covers(prefix: str, url: str) -> bool:
    """Whether a URL lies under a URL prefix: same scheme, host and port, and a path that begins with the prefix's."""
    base, parsed = urls.parse(prefix), urls.parse(url)
    if base is None or parsed is None or base.origin != parsed.origin:
        return False
    return parsed.path.startswith(base.path)


def list_sites(names: Iterable[str]) -> str:
    """The sites of an account for a message: a few of them, or that there are none."""
    known = sorted(names)
    if not known:
        return "it has no site"
    more = f" and {len(known) - NAMED_SITES:,} more" if len(known) > NAMED_SITES else ""
    return f"its sites are {', '.join(show(name, 60) for name in known[:NAMED_SITES])}{more}"
