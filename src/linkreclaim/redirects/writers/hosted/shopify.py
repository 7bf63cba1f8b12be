"""Shopify's URL redirects, for the import form of the admin: two columns, paths only, always 301.

**Source:** help.shopify.com/csv/sample-redirect-template.csv for the header, named by
shopify.dev/docs/api/admin-graphql (urlRedirectImportCreate, 2026-10); a host in the first column is taken for a part of
the path (wislr.com/perfect-site-migration). Reserved paths and the cap are from Shopify's help pages, not tried by us.
"""

import re
from collections.abc import Iterator

from linkreclaim.model.redirects import RedirectLine
from linkreclaim.redirects.canonical import Source
from linkreclaim.redirects.interface import ServerFile
from linkreclaim.redirects.writers.hosted.csv_table import csv_bytes, formula_problem
from linkreclaim.redirects.writers.hosted.frame import PERMANENT, Accepted, HostedWriter, Install, Room, Takes

MAX_REDIRECTS = 100_000
"""A shop may hold so many; Shopify Plus 20,000,000. From documentation."""

_RESERVED = re.compile(r"/(?:apps|application|carts?|orders|shop|services)(?:/|$)|/(?:products|collections(?:/all)?)$")


def _problem(line: RedirectLine, source: Source) -> str | None:
    if _RESERVED.match(source.path):
        return "Shopify keeps this path to itself and never redirects it"
    return formula_problem(line.source, line.target or "")


def _files(accepted: Accepted) -> Iterator[ServerFile]:
    rows = [("Redirect from", "Redirect to"), *((line.source, line.target or "") for line in accepted.lines)]
    yield ServerFile("linkreclaim-shopify.csv", csv_bytes(rows))


SHOPIFY = HostedWriter(
    engine="shopify",
    title="Shopify",
    takes=Takes(PERMANENT),
    way_out="put a server or CDN that can in front of the shop, or leave the line out",
    install=Install(
        where="""
Shopify admin, Content > Menus > URL redirects (before: Online Store > Navigation > URL redirects) > Import: give it
`linkreclaim-shopify.csv`, look at the preview, and import.
A redirect works only where no page answers: delete or unpublish the old page first.
""",
        test="curl -sI https://YOUR-SHOP/AN-OLD-PATH      (one 301 with the new address)",
        undo="In URL redirects, choose the imported rows and delete them; export the list first, to compare.",
        limits="""
A shop holds 100,000 redirects (Shopify Plus: 20,000,000), those it has already included.
A redirect to a page that itself redirects is refused by the import.
""",
    ),
    files=_files,
    problem=_problem,
    room=(Room(MAX_REDIRECTS, "redirects"),),
)
