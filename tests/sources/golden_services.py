"""Reports of further link services, with the claims of their rows."""

from datetime import date

from tests.sources.golden_form import LINK, PAGE, TARGET, Golden, claims, domain_metric, page_metric

from linkreclaim.model.links import Claim, Place, Rel

SERVICES = (
    Golden(
        "DataForSEO",
        "backlinks",
        "type|domain_from|url_from|url_from_https|domain_to|url_to|is_new|is_lost|backlink_spam_score|rank|"
        "page_from_rank|"
        "domain_from_rank|page_from_external_links|page_from_title|page_from_status_code|first_seen|prev_seen|"
        "last_seen|"
        "item_type|attributes|dofollow|alt|anchor|text_pre|text_post|semantic_location|links_count|group_count|"
        "is_broken|"
        "url_to_status_code",
        (
            f"backlink|blog.example.org|{PAGE}|true|shop.example.com|{TARGET}|false|true|12|128|270|347|24|A guide|200|"
            "2019-11-15 12:57:46 +00:00|2020-01-01 00:00:00 +00:00|2020-02-01 00:00:00 +00:00|anchor|"
            "ugc noopener|false||"
            "chairs|see the|of the year|article|2|9|true|404",
            f"backlink|blog.example.org|{PAGE}|true|shop.example.com|{TARGET}|true|false|12|128|270|347|24|A guide|200|"
            "2019-11-15 12:57:46 +00:00||2020-02-01 00:00:00 +00:00|image||true|A photo||||footer|1|1|true|503",
        ),
        claims(
            LINK._replace(
                anchor_text="chairs",
                context="see the … of the year",
                rel=Rel.NOFOLLOW | Rel.UGC,
                place=Place.CONTENT,
                first_seen=date(2019, 11, 15),
                last_seen=date(2020, 2, 1),
                lost_reason="lost",
                page_title="A guide",
                page_status=200,
                target_status=404,
                external_links=24,
                links_in_group=2,
                metrics=(domain_metric("domain_from_rank", 34.7), page_metric("page_from_rank", 27.0)),
            ),
            LINK._replace(
                anchor_text="A photo",
                rel=Rel.NONE,
                place=Place.CHROME,
                first_seen=date(2019, 11, 15),
                last_seen=date(2020, 2, 1),
                page_title="A guide",
                page_status=200,
                target_status=503,
                external_links=24,
                metrics=(domain_metric("domain_from_rank", 34.7), page_metric("page_from_rank", 27.0)),
            ),
        ),
        ("domain_from", "page_from_rank", "anchor", "is_lost", "semantic_location"),
    ),
    Golden(
        "DataForSEO",
        "domain pages",
        "type|page|status_code|location|size|page_summary.backlinks|page_summary.referring_domains|page_summary.rank|"
        "page_summary.first_seen",
        (f"backlinks_domain_page|{TARGET}|404||0|1240|33|120|2019-11-15 12:57:46 +00:00",),
        claims(
            Claim(
                0,
                None,
                TARGET,
                first_seen=date(2019, 11, 15),
                target_status=404,
                claimed_links=1240,
                claimed_domains=33,
            )
        ),
        ("location", "status_code", "page_summary.first_seen"),
    ),
    Golden(
        "DataForSEO",
        "referring domains",
        "type|domain|rank|backlinks|first_seen|lost_date|backlinks_spam_score|broken_backlinks|referring_domains",
        ("backlinks_referring_domain|blog.example.org|347|12|2019-11-15 12:57:46 +00:00||5|1|1",),
        claims(
            Claim(
                0,
                referring_domain="blog.example.org",
                links_in_group=12,
                first_seen=date(2019, 11, 15),
                metrics=(domain_metric("domain_from_rank", 34.7),),
            )
        ),
        ("rank", "lost_date", "backlinks_spam_score"),
    ),
    Golden(
        "SE Ranking",
        "Backlinks",
        "url_from|url_to|title|anchor|alt|nofollow|image|image_source|inlink_rank|domain_inlink_rank|first_seen|"
        "last_visited",
        (f"{PAGE}|{TARGET}|A guide|chairs||true|false||45|68|2025-01-02|2025-10-30",),
        claims(
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NOFOLLOW,
                first_seen=date(2025, 1, 2),
                last_seen=date(2025, 10, 30),
                page_title="A guide",
                metrics=(domain_metric("domain_inlink_rank", 68.0), page_metric("inlink_rank", 45.0)),
            )
        ),
        ("anchor", "inlink_rank", "title", "last_visited"),
    ),
    Golden(
        "SE Ranking",
        "Backlinks",
        "new_lost_date|new_lost_type|url_from|url_to|anchor|nofollow|inlink_rank|domain_inlink_rank|reason_lost",
        (
            f"2025-10-30|lost|{PAGE}|{TARGET}|chairs|false|45|68|page not found",
            f"2025-10-30|new|{PAGE}|{TARGET}|chairs|false|45|68|",
        ),
        claims(
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NONE,
                lost_reason="page not found",
                metrics=(domain_metric("domain_inlink_rank", 68.0), page_metric("inlink_rank", 45.0)),
            ),
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NONE,
                metrics=(domain_metric("domain_inlink_rank", 68.0), page_metric("inlink_rank", 45.0)),
            ),
        ),
        ("anchor", "inlink_rank", "reason_lost"),
    ),
    Golden(
        "SE Ranking",
        "Indexed pages",
        "url|backlinks|refdomains|dofollow_backlinks|first_seen",
        (f"{TARGET}|1240|33|1000|2025-01-02",),
        claims(Claim(0, None, TARGET, first_seen=date(2025, 1, 2), claimed_links=1240, claimed_domains=33)),
        ("dofollow_backlinks", "first_seen"),
    ),
    Golden(
        "Ubersuggest",
        "Backlinks",
        "Source URL|Target URL|Anchor Text|Domain Score|Page Score|Link Type|First Seen|Last Seen",
        (f"{PAGE}|{TARGET}|chairs|40|20|Nofollow|2025-01-02|2025-10-30",),
        claims(
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NOFOLLOW,
                first_seen=date(2025, 1, 2),
                last_seen=date(2025, 10, 30),
                metrics=(domain_metric("domain_score", 40.0), page_metric("page_score", 20.0)),
            )
        ),
        ("Page Score", "First Seen", "Link Type"),
    ),
    Golden(
        "LinkResearchTools",
        "Backlinks",
        "Favorites|From URL|To URL|Anchor Text|Link Status|Type|BLdom|DomPop|Power|Trust|Power*Trust|Alexa|IP|CNTRY",
        (f"N|{PAGE}|{TARGET}|chairs|FOLLOW|text|6,482|16,406|5|6|30|3,341|192.0.2.1|US",),
        claims(LINK._replace(anchor_text="chairs", rel=Rel.NONE)),
        ("Favorites", "BLdom", "Link Status"),
    ),
)
