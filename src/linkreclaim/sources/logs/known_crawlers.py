"""The crawlers of search engines and assistants: how each calls itself, and how its owner lets anybody prove it.

Owners publish the addresses (a file to fetch: `curl -O URL`; its name tells whose it is) or the domains that the
addresses resolve to, forth and back, or nothing. Where no page is named, no way to prove it is published.
"""

from dataclasses import dataclass

_GOOGLE = "https://developers.google.com/static/crawling/ipranges/"
_OPENAI = "https://openai.com/"


@dataclass(frozen=True, slots=True)
class Crawler:
    """One owner's crawlers that are proved in one way."""

    name: str
    agents: tuple[str, ...]  # found in the user agent, lower case
    range_files: tuple[
        str, ...
    ] = ()  # URLs of published address ranges; a bare name where `source` says how to make it
    domains: tuple[str, ...] = ()  # that its addresses resolve to, and below
    source: str = ""  # where the owner says so


KNOWN_CRAWLERS = (
    Crawler(
        "Google",
        ("googlebot", "googleother", "storebot-google", "google-inspectiontool", "google-cloudvertexbot"),
        (_GOOGLE + "common-crawlers.json", "https://developers.google.com/static/search/apis/ipranges/googlebot.json"),
        ("googlebot.com",),
        "https://developers.google.com/crawling/docs/crawlers-fetchers/verify-google-requests",
    ),
    Crawler(
        "Google, special",
        ("adsbot-google", "mediapartners-google", "apis-google", "google-safety", "duplexweb-google"),
        (_GOOGLE + "special-crawlers.json",),
        ("google.com",),
        "https://developers.google.com/crawling/docs/crawlers-fetchers/verify-google-requests",
    ),
    Crawler(
        "Google, asked by a user",
        (
            "feedfetcher-google",
            "google-read-aloud",
            "googleproducer",
            "google-site-verification",
            "google-agent",
            "google-notebooklm",
            "google-pinpoint",
        ),
        (
            _GOOGLE + "user-triggered-fetchers.json",
            _GOOGLE + "user-triggered-fetchers-google.json",
            _GOOGLE + "user-triggered-agents.json",
        ),
        ("google.com", "gae.googleusercontent.com"),  # what is below googleusercontent.com else, anybody rents
        "https://developers.google.com/crawling/docs/crawlers-fetchers/verify-google-requests",
    ),
    Crawler(
        "Bing",
        ("bingbot", "bingpreview", "adidxbot", "msnbot"),
        ("https://www.bing.com/toolbox/bingbot.json",),
        ("search.msn.com",),
        "https://www.bing.com/webmasters/help/how-to-verify-bingbot-3905dc26",
    ),
    Crawler(
        "Yahoo", ("yahoo! slurp",), (), ("crawl.yahoo.net",), "from documentation: the owner's page is no longer there"
    ),
    Crawler(
        "Apple",
        ("applebot",),
        ("https://search.developer.apple.com/applebot.json",),
        ("applebot.apple.com",),
        "https://support.apple.com/en-us/119829",
    ),
    Crawler(
        "DuckDuckGo",
        ("duckduckbot",),
        ("https://duckduckgo.com/duckduckbot.json",),
        (),
        "https://duckduckgo.com/duckduckgo-help-pages/results/duckduckbot",
    ),
    Crawler(
        "DuckDuckGo, assistant",
        ("duckassistbot",),
        ("https://duckduckgo.com/duckassistbot.json",),
        (),
        "https://duckduckgo.com/duckduckgo-help-pages/results/duckassistbot",
    ),
    Crawler(
        "Yandex",
        (
            "yandexbot",
            "yandeximages",
            "yandexmobilebot",
            "yandexvideo",
            "yandexmedia",
            "yandexaccessibilitybot",
            "yandexrenderresourcesbot",
            "yandexwebmaster",
            "yandexfavicons",
            "yandexmetrika",
            "yandexdirect",
            "yandexadditional",
        ),
        (),
        ("yandex.ru", "yandex.net", "yandex.com"),
        "https://yandex.com/support/webmaster/robot-workings/check-yandex-robots.html",
    ),
    Crawler("Baidu", ("baiduspider",), (), ("baidu.com", "baidu.jp"), "Baidu, help of Baiduspider, question 5"),
    Crawler("Seznam", ("seznambot",), ("https://search.seznam.cz/ipranges/seznambot.json",), (), "from documentation"),
    Crawler("Sogou", ("sogou web spider", "sogou inst spider")),
    Crawler("Naver", ("yeti/", "naverbot")),
    Crawler("Petal", ("petalbot",), (), ("petalsearch.com",), "from documentation"),
    Crawler(
        "OpenAI, training", ("gptbot",), (_OPENAI + "gptbot.json",), (), "https://developers.openai.com/api/docs/bots"
    ),
    Crawler(
        "OpenAI, search",
        ("oai-searchbot",),
        (_OPENAI + "searchbot.json",),
        (),
        "https://developers.openai.com/api/docs/bots",
    ),
    Crawler(
        "OpenAI, asked by a user",
        ("chatgpt-user",),
        (_OPENAI + "chatgpt-user.json",),
        (),
        "https://developers.openai.com/api/docs/bots",
    ),
    Crawler(
        "OpenAI, ads", ("oai-adsbot",), (_OPENAI + "adsbot.json",), (), "https://developers.openai.com/api/docs/bots"
    ),
    Crawler(
        "Anthropic",
        ("claudebot", "claude-searchbot", "claude-user", "claude-web", "anthropic-ai"),
        ("https://claude.com/crawling/bots.json",),
        (),
        "https://support.claude.com/en/articles/8896518",
    ),
    Crawler(
        "Perplexity",
        ("perplexitybot",),
        ("https://www.perplexity.com/perplexitybot.json",),
        (),
        "https://docs.perplexity.ai/guides/bots",
    ),
    Crawler(
        "Perplexity, asked by a user",
        ("perplexity-user",),
        ("https://www.perplexity.com/perplexity-user.json",),
        (),
        "https://docs.perplexity.ai/guides/bots",
    ),
    Crawler(
        "Mistral",
        ("mistralai-user", "mistralai-index"),
        ("https://mistral.ai/mistralai-user-ips.json", "https://mistral.ai/mistralai-index-ips.json"),
        (),
        "https://docs.mistral.ai/robots",
    ),
    Crawler(
        "Common Crawl",
        ("ccbot",),
        ("https://index.commoncrawl.org/ccbot.json",),
        ("crawl.commoncrawl.org",),
        "https://commoncrawl.org/ccbot",
    ),
    Crawler(
        "Amazon",
        ("amazonbot", "amzn-searchbot", "amzn-user"),
        (),
        ("crawl.amazonbot.amazon",),
        "https://developer.amazon.com/amazonbot",
    ),
    Crawler(
        "Meta",
        (
            "facebookexternalhit",
            "facebookcatalog",
            "facebookbot",
            "meta-externalagent",
            "meta-externalfetcher",
            "meta-webindexer",
        ),
        ("as32934.txt",),
        (),
        "https://developers.facebook.com/docs/sharing/webmasters/web-crawlers: "
        "whois -h whois.radb.net -- '-i origin AS32934' | grep ^route > as32934.txt",
    ),
    Crawler("ByteDance", ("bytespider",)),
)
