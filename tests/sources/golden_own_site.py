"""Reports about the user's own site: search engines, crawlers, logs and analytics, with the claims of their rows."""

from datetime import date

from tests.sources.golden_form import LINK, PAGE, TARGET, Golden, claims

from linkreclaim.model.links import Claim, Place, Rel

FROG_LINKS = "Type|Source|Destination|Size (Bytes)|Alt Text|Anchor|Status Code|Status|Follow"
CHAIN = "Content {0}|Status Code {0}|Status {0}|Redirect Type {0}|Redirect URL {0}"

OWN_SITE = (
    Golden(
        "Search Console",
        "Latest links",
        "Linking page|Last crawled",
        (f"{PAGE}|2020-07-01",),
        claims(Claim(0, PAGE, last_seen=date(2020, 7, 1))),
    ),
    Golden(
        "Search Console",
        "Top target pages",
        "Target page|Incoming links|Linking sites",
        (f"{TARGET}|1,240|33",),
        claims(Claim(0, None, TARGET, claimed_links=1240, claimed_domains=33)),
    ),
    Golden(
        "Search Console",
        "Top linking sites",
        "Site|Linking pages|Target pages",
        ("blog.example.org|120|3", "example.net|1|1"),
        claims(
            Claim(0, referring_domain="blog.example.org", links_in_group=120), Claim(0, referring_domain="example.net")
        ),
    ),
    Golden(
        "Search Console",
        "Page indexing",
        "URL|Last crawled",
        (f"{TARGET}|2026-04-02",),
        claims(Claim(0, None, TARGET, last_seen=date(2026, 4, 2))),
    ),
    Golden(
        "Screaming Frog",
        "inlinks",
        f"{FROG_LINKS}|Target|Rel|Path Type|Link Path|Link Position|Link Origin",
        (
            f"Hyperlink|{PAGE}|{TARGET}|0|Logo||404|Not Found|true|_blank|ugc|Absolute|//a|Footer|HTML",
            f"Image|{PAGE}|{TARGET}.png|0|Alt||404|Not Found|true||||//img|Content|HTML",
        ),
        claims(
            LINK._replace(anchor_text="Logo", rel=Rel.UGC, place=Place.CHROME, target_status=404),
            Claim(0, None, f"{TARGET}.png", place=Place.CONTENT, target_status=404),
        ),
        ("Target", "Rel", "Alt Text", "Follow"),
    ),
    Golden(
        "Screaming Frog",
        "Response codes",
        "Address|Content Type|Status Code|Status|Indexability|Indexability Status|Inlinks|Response Time|Redirect URL|"
        "Redirect Type",
        (f"{TARGET}|text/html|404|Not Found|Non-Indexable|Client Error|13|0,033||",),
        claims(Claim(0, None, TARGET, target_status=404)),
        ("Inlinks", "Indexability", "Content Type"),
    ),
    Golden(
        "Screaming Frog",
        "External",
        "Address|Content Type|Status Code|Status|Crawl Depth|Inlinks",
        (f"{TARGET}|text/html|404|Not Found|2|14", f"{TARGET}/2||0|Blocked by robots.txt|2|1"),
        claims(Claim(0, None, TARGET, target_status=404), Claim(0, None, f"{TARGET}/2")),
        ("Content Type",),
    ),
    Golden(
        "Screaming Frog",
        "redirect and canonical chains",
        "Chain Type|Number of Redirects|Redirect Loop|Source|Temp Redirect In Chain|Address|Final Address|Indexability|"
        f"Indexability Status|Final Content|Final Status Code|Final Status|{CHAIN.format(1)}|{CHAIN.format(2)}",
        (
            f"HTTP Redirect|1|false|{PAGE}|false|{TARGET}|https://shop.example.com/none|Non-Indexable|"
            "Client Error|text/html|404|"
            "Not Found|text/html|301|Moved Permanently|HTTP Redirect|https://shop.example.com/none|text/html|404|"
            "Not Found||",
            f"HTTP Redirect|1|false||false|{TARGET}/2|https://shop.example.com/new|Indexable||text/html|200|OK|"
            "text/html|302|"
            "Found|HTTP Redirect|https://shop.example.com/new|text/html|200|OK||",
        ),
        claims(LINK._replace(target_status=404), Claim(0, None, f"{TARGET}/2", target_status=302)),
        ("Source", "Redirect Loop", "Indexability", "Status Code 2"),
    ),
    Golden(
        "Bing Webmaster",
        "links to a URL (API)",
        "AnchorText|Url",
        (f"chairs|{PAGE}",),
        claims(Claim(0, PAGE, anchor_text="chairs")),
    ),
    Golden(
        "Bing Webmaster",
        "link counts (API)",
        "Count|Url",
        (f"1240|{TARGET}",),
        claims(Claim(0, None, TARGET, claimed_links=1240)),
    ),
    Golden(
        "Bing Webmaster",
        "crawl issues (API)",
        "HttpCode|InLinks|Issues|Url",
        (f"404|12|4|{TARGET}", f"0|3|128|{TARGET}/2"),
        claims(
            Claim(0, None, TARGET, target_status=404, claimed_links=12), Claim(0, None, f"{TARGET}/2", claimed_links=3)
        ),
        ("InLinks", "Issues"),
    ),
    Golden(
        "Yandex Webmaster",
        "external links",
        "source_url|destination_url|discovery_date|source_last_access_date",
        (f"{PAGE}|{TARGET}|2026-03-01|2026-03-05",),
        claims(LINK._replace(first_seen=date(2026, 3, 1), last_seen=date(2026, 3, 5))),
        ("discovery_date", "source_last_access_date"),
    ),
    Golden(
        "Redirection",
        "404 log",
        "date|source|ip|referrer|useragent",
        (
            f"2026-04-02 10:00:00|/old?x=1|192.0.2.1|{PAGE}|Mozilla/5.0 (secret)",
            "2026-04-02 10:00:00|/old|192.0.2.1|https://blog.example.org/|Mozilla/5.0 (secret)",
            "2026-04-02 10:00:00|/old|192.0.2.1|https://www.google.co.uk/|Mozilla/5.0 (secret)",
            "2026-04-02 10:00:00|/old|192.0.2.1||Mozilla/5.0 (secret)",
            "2026-04-02 10:00:00|/old|192.0.2.1|android-app://com.example/|Mozilla/5.0 (secret)",
        ),
        claims(
            Claim(0, PAGE, "/old?x=1", last_seen=date(2026, 4, 2), target_status=404, hits=1),
            Claim(
                0,
                None,
                "/old",
                last_seen=date(2026, 4, 2),
                target_status=404,
                referring_domain="blog.example.org",
                hits=1,
            ),
            *(3 * (Claim(0, None, "/old", last_seen=date(2026, 4, 2), target_status=404, hits=1),)),
        ),
        ("date", "ip", "useragent"),
    ),
    Golden(
        "Google Analytics 4",
        "pages not found",
        "Page location|Page title|Page referrer|Views",
        (
            f"{TARGET}|404 - Page not found|{PAGE}|12",
            "/old/2|Seite nicht gefunden|https://blog.example.org/|3",
            f"{TARGET}/3|A living page|(not set)|7",
        ),
        claims(
            Claim(0, PAGE, TARGET, target_status=404, hits=12),
            Claim(0, None, "/old/2", target_status=404, referring_domain="blog.example.org", hits=3),
            Claim(0, None, f"{TARGET}/3", hits=7),
        ),
        ("Page referrer",),
    ),
    Golden(
        "Matomo",
        "page titles (404)",
        "label|nb_visits|nb_hits|bounce_rate",
        (
            "404/URL = %2Fold%3Fx%3D1/From = https%3A%2F%2Fblog.example.org%2Fguide|10|12|5%",
            "404/URL = %2Fold/From = |2|3|5%",
            "404/URL = %2Fold Referrer = https%3A%2F%2Fblog.example.org%2F|2|4|5%",
        ),
        claims(
            Claim(0, PAGE, "/old?x=1", target_status=404, hits=12),
            Claim(0, None, "/old", target_status=404, hits=3),
            Claim(0, None, "/old", target_status=404, referring_domain="blog.example.org", hits=4),
        ),
        ("bounce_rate",),
    ),
)
