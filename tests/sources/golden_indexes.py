"""Reports of the large link indexes, with the claims of their rows."""

from datetime import date

from tests.sources.golden_form import LINK, PAGE, TARGET, Golden, claims, domain_metric, page_metric

from linkreclaim.model.links import Claim, Place, Rel

AHREFS_2023 = (
    "Referring page title|Referring page URL|Language|Platform|Referring page HTTP code|Domain rating|UR|"
    "Domain traffic|"
    "Referring domains|Linked domains|External links|Page traffic|Keywords|Target URL|Left context|Anchor|"
    "Right context|"
    "Type|Content|Nofollow|UGC|Sponsored|Rendered|Raw|Lost status|Drop reason|Discovered status|First seen|Last seen|"
    "Lost|Links in group"
)
SEMRUSH = (
    "Page ascore|Source title|Source url|Target url|Anchor|External links|Internal links|Nofollow|Sponsored|Ugc|"
    "Text|Frame|"
    "Form|Image|Sitewide|First seen|Last seen|New link|Lost link"
)


INDEXES = (
    Golden(
        "Ahrefs",
        "Backlinks",
        AHREFS_2023,
        (
            f"A guide|{PAGE}|en|wordpress|200|72|2.3|100|28|16|24|4|4|{TARGET}|see the|garden chairs|of the year|"
            "text|TRUE|"
            "TRUE|FALSE|FALSE|TRUE|TRUE|||linkfound|2022-06-11 6:20|2023-05-13 17:42||7",
        ),
        claims(
            LINK._replace(
                anchor_text="garden chairs",
                context="see the … of the year",
                rel=Rel.NOFOLLOW,
                place=Place.CONTENT,
                first_seen=date(2022, 6, 11),
                last_seen=date(2023, 5, 13),
                page_title="A guide",
                page_status=200,
                external_links=24,
                links_in_group=7,
                metrics=(domain_metric("dr", 72.0), page_metric("ur", 2.3)),
            )
        ),
        ("Anchor", "UR", "Domain rating", "Lost", "Links in group"),
    ),
    Golden(
        "Ahrefs",
        "Backlinks",
        "url_from|url_to|anchor|http_code_target|is_nofollow|domain_rating_source|url_rating_source|is_lost|"
        "lost_reason",
        (f"{PAGE}|{TARGET}|here|404|false|61|4.5|true|removedfromhtml",),
        claims(
            LINK._replace(
                anchor_text="here",
                target_status=404,
                rel=Rel.NONE,
                lost_reason="removedfromhtml",
                metrics=(domain_metric("dr", 61.0), page_metric("ur", 4.5)),
            )
        ),
        ("http_code_target", "lost_reason", "url_rating_source", "domain_rating_source"),
    ),
    Golden(
        "Ahrefs",
        "Best by links",
        "Page URL|Page HTTP code|Links to page|Referring domains|UR",
        (f"{TARGET}|404|1240|33|12",),
        claims(Claim(0, None, TARGET, target_status=404, claimed_links=1240, claimed_domains=33)),
        ("UR", "Page HTTP code"),
    ),
    Golden(
        "Ahrefs",
        "Referring domains",
        "Domain|Is spam|DR|Dofollow ref. domains|Dofollow linked domains|Traffic |Keywords |Links to target|"
        "Dofollow links|"
        "First seen|Lost",
        (
            "blog.example.org|false|61|1|2|3|4|1,240|7|2024-04-14 10:24:56|",
            "Gone.example|true|3|1|2|3|4|5|0|2024-04-14 10:24:56|2026-01-02 00:00:00",
        ),
        claims(
            Claim(
                0,
                referring_domain="blog.example.org",
                links_in_group=1240,
                first_seen=date(2024, 4, 14),
                metrics=(domain_metric("dr", 61.0),),
            ),
            Claim(
                0,
                referring_domain="gone.example",
                links_in_group=5,
                first_seen=date(2024, 4, 14),
                lost_reason="lost",
                metrics=(domain_metric("dr", 3.0),),
            ),
        ),
        ("Is spam", "DR", "Lost", "Dofollow links"),
    ),
    Golden(
        "Semrush",
        "Backlinks",
        SEMRUSH,
        (
            f"60|A guide|{PAGE}|{TARGET}|chairs|41|168|true|false|true|true|false|false|false|false|2024-11-09|"
            "2025-01-02|"
            "false|false",
            f"12|A guide|{PAGE}|{TARGET}|A photo|41|168|false|false|false|false|false|false|true|true|2024-11-09|"
            "2025-01-02|"
            "false|true",
        ),
        claims(
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NOFOLLOW | Rel.UGC,
                first_seen=date(2024, 11, 9),
                last_seen=date(2025, 1, 2),
                page_title="A guide",
                external_links=41,
                metrics=(page_metric("as", 60.0),),
            ),
            LINK._replace(
                anchor_text="A photo",
                rel=Rel.NONE,
                first_seen=date(2024, 11, 9),
                last_seen=date(2025, 1, 2),
                lost_reason="lost",
                page_title="A guide",
                external_links=41,
                metrics=(page_metric("as", 12.0),),
            ),
        ),
        ("Page ascore", "Source title", "Nofollow", "Lost link", "New link"),
    ),
    Golden(
        "Semrush",
        "Backlinks",
        "Page score|Page trust score|Source title|Source url|Target url|Anchor|External links|Internal links|"
        "Nofollow|Frame|"
        "Form|Image|Sitewide|First seen|Last seen",
        (f"12|30|A guide|{PAGE}|{TARGET}|chairs|41|168|false|false|false|false|false|2014-11-09|2015-01-02",),
        claims(
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NONE,
                first_seen=date(2014, 11, 9),
                last_seen=date(2015, 1, 2),
                page_title="A guide",
                external_links=41,
            )
        ),
        ("Page score", "Sitewide", "Anchor"),
    ),
    Golden(
        "Semrush",
        "Backlinks",
        "page_ascore|response_code|source_url|source_title|image_url|target_url|anchor|image_alt|external_num|"
        "internal_num|"
        "nofollow|first_seen|last_seen|newlink|lostlink",
        (
            f"35|404|{PAGE}|Gone|https://blog.example.org/x.png|{TARGET}||A photo|54|46|false|1399100400|"
            "1700000000|false|"
            "false",
        ),
        claims(
            LINK._replace(
                anchor_text="A photo",
                rel=Rel.NONE,
                first_seen=date(2014, 5, 3),
                last_seen=date(2023, 11, 14),
                page_title="Gone",
                page_status=404,
                external_links=54,
                metrics=(page_metric("as", 35.0),),
            )
        ),
        ("image_alt", "page_ascore", "source_title", "lostlink"),
    ),
    Golden(
        "Semrush",
        "Backlink Audit",
        "Source title|Source url|Target url|Anchor|Toxicity Score|Toxic markers|First seen|Last seen|Nofollow",
        (f"A guide|{PAGE}|{TARGET}|chairs|87|Link Network|2026-09-01|2026-09-20|true",),
        claims(
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NOFOLLOW,
                first_seen=date(2026, 9, 1),
                last_seen=date(2026, 9, 20),
                page_title="A guide",
            )
        ),
        ("Source title", "Toxic markers", "Nofollow"),
    ),
    Golden(
        "Semrush",
        "Indexed pages",
        "source_url|source_title|response_code|backlinks_num|domains_num|last_seen|external_num|internal_num",
        (f"{TARGET}|Old|404|1240|33|1700000000|1|2",),
        claims(
            Claim(
                0,
                None,
                TARGET,
                last_seen=date(2023, 11, 14),
                target_status=404,
                claimed_links=1240,
                claimed_domains=33,
            )
        ),
        ("source_title", "response_code", "last_seen"),
    ),
    Golden(
        "Semrush",
        "Referring domains",
        "domain_ascore|domain|backlinks_num|ip|country|first_seen|last_seen",
        ("41|blog.example.org|12|192.0.2.1|us|1399100400|1700000000",),
        claims(
            Claim(
                0,
                referring_domain="blog.example.org",
                links_in_group=12,
                first_seen=date(2014, 5, 3),
                last_seen=date(2023, 11, 14),
                metrics=(domain_metric("domain_as", 41.0),),
            )
        ),
        ("domain_ascore", "ip", "last_seen"),
    ),
    Golden(
        "Moz",
        "Inbound links",
        "URL|Title|Anchor Text|Spam Score|Page Authority|Domain Authority|Number of Domains Linking to this Page|"
        "Number of Domains Linking to Domain|Origin|Target URL|Link Equity|No Link Equity|Only rel=nofollow|"
        "Only follow|301",
        (f"{PAGE}|A guide|chairs|3|41|62|7|700|External|{TARGET}|Yes|No|Yes|No|No",),
        claims(
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NOFOLLOW,
                page_title="A guide",
                metrics=(domain_metric("da", 62.0), page_metric("pa", 41.0)),
            )
        ),
        ("Title", "Spam Score", "Page Authority", "301"),
    ),
    Golden(
        "Moz",
        "Inbound links",
        "URL|Target URL|Anchor Text|Page Authority (PA)|Domain Authority (DA)|Only rel=nofollow",
        (f"{PAGE}|{TARGET}|chairs|41|62|No",),
        claims(
            LINK._replace(
                anchor_text="chairs", rel=Rel.NONE, metrics=(domain_metric("da", 62.0), page_metric("pa", 41.0))
            )
        ),
        ("Anchor Text", "Page Authority (PA)", "Only rel=nofollow"),
    ),
    Golden(
        "Moz",
        "Inbound links",
        "source.page|source.title|source.http_code|source.page_authority|source.domain_authority|source.spam_score|"
        "target.page|target.http_code|anchor_text|nofollow|date_first_seen|date_last_seen|date_disappeared",
        (
            "blog.example.org/guide|A guide|200|41|70|5|shop.example.com/old|404|chairs|true|2026-01-01|"
            "2026-09-20|2026-02-01",
            "blog.example.org/guide|A guide|200|41|70|5|shop.example.com/old|404|chairs|false|2026-01-01|"
            "2026-01-20|2026-02-01",
        ),
        claims(
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NOFOLLOW,
                first_seen=date(2026, 1, 1),
                last_seen=date(2026, 9, 20),
                page_title="A guide",
                page_status=200,
                target_status=404,
                metrics=(domain_metric("da", 70.0), page_metric("pa", 41.0)),
            ),
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NONE,
                first_seen=date(2026, 1, 1),
                last_seen=date(2026, 1, 20),
                lost_reason="lost",
                page_title="A guide",
                page_status=200,
                target_status=404,
                metrics=(domain_metric("da", 70.0), page_metric("pa", 41.0)),
            ),
        ),
        ("source.title", "date_disappeared", "source.page_authority"),
    ),
    Golden(
        "Moz",
        "Top pages",
        "page|title|http_code|external_pages_to_page|root_domains_to_page|last_crawled",
        ("shop.example.com/old|Old|404|1240|33|2026-04-02",),
        claims(
            Claim(
                0,
                None,
                TARGET,
                last_seen=date(2026, 4, 2),
                target_status=404,
                claimed_links=1240,
                claimed_domains=33,
            )
        ),
        ("title", "http_code", "last_crawled"),
    ),
    Golden(
        "Majestic",
        "Backlinks",
        "Target URL|Source URL|Anchor Text|Source Crawl Date|Source First Found Date|FlagNoFollow|FlagImageLink|"
        "FlagRedirect|"
        "FlagFrame|FlagOldCrawl|FlagAltText|FlagMention|SourceCitationFlow|SourceTrustFlow|TargetCitationFlow|"
        "TargetTrustFlow|"
        "SourceTopicalTrustFlow_Topic_0|SourceTopicalTrustFlow_Value_0|RefDomainTopicalTrustFlow_Topic_0|"
        "RefDomainTopicalTrustFlow_Value_0",
        (
            f"{TARGET}|{PAGE}|chairs|2016-04-02|2015-01-01|+|||||||30|20|5|4|Home|20|Home|30",
            f"{TARGET}|{PAGE}|chairs|2016-04-02|2015-01-01||||||||30||5|4|Home|20|Home|30",
            f"{TARGET}|{PAGE}|chairs|2016-04-02|2015-01-01|||||||+|30|20|5|4|Home|20|Home|30",
        ),
        claims(
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NOFOLLOW,
                first_seen=date(2015, 1, 1),
                last_seen=date(2016, 4, 2),
                metrics=(page_metric("tf", 20.0),),
            ),
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NONE,
                first_seen=date(2015, 1, 1),
                last_seen=date(2016, 4, 2),
                metrics=(page_metric("cf", 30.0),),
            ),
            Claim(
                0,
                None,
                TARGET,
                first_seen=date(2015, 1, 1),
                last_seen=date(2016, 4, 2),
                metrics=(page_metric("tf", 20.0),),
            ),
        ),
        ("FlagNoFollow", "FlagMention", "SourceTrustFlow", "Anchor Text"),
    ),
    Golden(
        "Majestic",
        "Backlinks",
        "SourceURL|ACRank|AnchorText|Date|FlagRedirect|FlagFrame|FlagNoFollow|FlagImages|FlagDeleted|FlagAltText|"
        "FlagMention|"
        "TargetURL|DomainID|FirstIndexedDate|LastSeenDate|DateLost|ReasonLost|LinkType|LinkSubType|TargetCitationFlow|"
        "TargetTrustFlow|SourceCitationFlow|SourceTrustFlow",
        (
            f"{PAGE}|3|chairs|2015-01-01|0|0|0|0|1|0|0|{TARGET}|1|2015-01-01|2016-04-02|2017-01-01|Link removed|"
            "TextLink||5|4|"
            "30|20",
            f"{PAGE}|3|chairs|2015-01-01|0|0|1|0|0|0|0|{TARGET}|1|2015-01-01|2016-04-02|||TextLink||5|4|30|20",
        ),
        claims(
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NONE,
                first_seen=date(2015, 1, 1),
                last_seen=date(2016, 4, 2),
                lost_reason="Link removed",
                metrics=(page_metric("tf", 20.0),),
            ),
            LINK._replace(
                anchor_text="chairs",
                rel=Rel.NOFOLLOW,
                first_seen=date(2015, 1, 1),
                last_seen=date(2016, 4, 2),
                metrics=(page_metric("tf", 20.0),),
            ),
        ),
        ("ReasonLost", "ACRank", "SourceTrustFlow"),
    ),
    Golden(
        "Majestic",
        "Backlinks",
        "Source URL|Anchor Text|Source Trust Flow|Source Citation Flow|Domain Trust Flow|Domain Citation Flow|"
        "Link First Indexed Date|Target URL",
        (f"{PAGE}|chairs|20|30|40|50|2015-01-01|{TARGET}",),
        claims(
            LINK._replace(
                anchor_text="chairs",
                first_seen=date(2015, 1, 1),
                metrics=(domain_metric("domain_tf", 40.0), page_metric("tf", 20.0)),
            )
        ),
        ("Domain Citation Flow", "Source Trust Flow", "Anchor Text"),
    ),
    Golden(
        "Majestic",
        "Pages",
        "ACRank|URL|Title|ExtBackLinks|RefDomains",
        (f"3|{TARGET}|Old|1240|33",),
        claims(Claim(0, None, TARGET, claimed_links=1240, claimed_domains=33)),
        ("Title", "ACRank"),
    ),
)
