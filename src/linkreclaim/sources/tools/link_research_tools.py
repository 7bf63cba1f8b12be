"""The backlinks export of LinkResearchTools."""

from linkreclaim.sources.interface import Report

BACKLINKS = Report(
    tool="LinkResearchTools",
    name="Backlinks",
    aliases={
        "referring_page": ("From URL",),
        "target_url": ("To URL",),
        "anchor_text": ("Anchor Text",),
        "rel": ("Link Status",),
    },
    required=("referring_page", "target_url"),
    needed_urls=("referring_page", "target_url"),
    any_of=frozenset(("bldom", "dompop", "power*trust")),
    notes=("Power and Trust are not read: their range is not that of other authority numbers",),
)
"""`Favorites,From URL,To URL,Anchor Text,Link Status,Type,BLdom,DomPop,Power,Trust,Power*Trust,Alexa,IP,CNTRY`, rows
included, in the tests of a public importer; Link Status is FOLLOW or NOFOLLOW."""

REPORTS = (BACKLINKS,)
