"""What access logs say of links, as claims."""

from collections.abc import Iterator

from linkreclaim.model.links import Claim
from linkreclaim.sources.logs.interface import ReferrerKind
from linkreclaim.sources.logs.read import LogReading
from linkreclaim.sources.tools.visits import as_visit


def log_claims(reading: LogReading) -> Iterator[Claim]:
    """What logs say, for the ledger: rows as visits (`line` is the number of the row).

    A page that somebody came from is a referring page, a bare origin a referring domain; a search engine, a network, an
    assistant or an app tells of the visits alone. The site's own links are left out.
    """
    for number, row in enumerate(reading.rows, start=1):
        claim = Claim(
            line=number,
            target_url=row.target,
            target_status=row.status,
            hits=row.hits_people,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
        )
        if row.referrer_kind == ReferrerKind.SITE:
            claim = as_visit(claim._replace(referring_page=row.referrer))
        yield claim
