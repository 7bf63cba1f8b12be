"""Who asked, by what it says of itself and by what its address proves."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.sources.logs.address_ranges import load_ranges
from linkreclaim.sources.logs.crawlers import Crawlers, claimed_crawler
from linkreclaim.sources.logs.interface import Visitor
from linkreclaim.sources.logs.known_crawlers import KNOWN_CRAWLERS
from linkreclaim.sources.logs.reverse_dns import ReverseDns

GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
GPTBOT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.3; +https://openai.com/gptbot"
YANDEX = "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
PEOPLE = (
    CHROME,
    f"{IPHONE} Version/18.0 Mobile/15E148 Safari/604.1",
    f"{IPHONE} Mobile/22A3354 [FBAN/FBIOS;FBAV/480.0.0;FBBV/1;FBDV/iPhone15,2]",
    f"{IPHONE} GSA/300 Mobile/15E148 Safari/604.1",
    f"Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP1A; wv) {WEBKIT} Chrome/129.0 Mobile Instagram 350.0",
    f"Mozilla/5.0 (Linux; Android 8.1; CUBOT X18) {WEBKIT} Chrome/80.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 13) {WEBKIT} Chrome/110 YaBrowser/23.1 YaApp_Android/23 YaSearchBrowser/23 Mobile",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
    "Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.16",
    "Lynx/2.8.9rel.1 libwww-FM/2.14",
    "Nokia6300/2.0 (07.21) Profile/MIDP-2.0 Configuration/CLDC-1.1",
)
PROGRAMS = (
    "", "-", "curl/8.5.0", "Wget/1.21", "python-requests/2.32.3", "Go-http-client/2.0", "okhttp/4.12", "Java/17",
    "Mozilla/5.0",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://x)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/129.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)", "Mozilla/5.0 zgrab/0.x",
    "WhatsApp/2.24 A", "Scrapy/2.11",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)", "Twitterbot/1.0",
    "Mozilla/5.0 (compatible; archive.org_bot +http://x)",
)  # fmt: skip


def ranges_file(folder: Path, name: str, *prefixes: str) -> Path:
    entries = [{"ipv6Prefix" if ":" in prefix else "ipv4Prefix": prefix} for prefix in prefixes]
    path = folder / name
    path.write_text(json.dumps({"creationTime": "2026-10-01T00:00:00.000000", "prefixes": entries}))
    return path


@pytest.mark.parametrize("agent", PEOPLE)
def test_people(agent: str) -> None:
    assert Crawlers().tell(agent, "198.51.100.7") is Visitor.PERSON


@pytest.mark.parametrize("agent", PROGRAMS)
def test_programs(agent: str) -> None:
    assert Crawlers().tell(agent, "198.51.100.7") is Visitor.PROGRAM


@pytest.mark.parametrize("crawler", KNOWN_CRAWLERS, ids=lambda crawler: crawler.name)
def test_each_known_crawler_is_only_claimed_without_a_proof(crawler: object) -> None:
    known = next(one for one in KNOWN_CRAWLERS if one is crawler)
    for agent in known.agents:
        text = f"Mozilla/5.0 (compatible; {agent.title()}/1.0; +http://owner.example/)"
        assert claimed_crawler(text) is known
        assert Crawlers().tell(text, "66.249.66.1") is Visitor.CLAIMED


def test_published_ranges_prove_only_their_owners_crawlers(tmp_path: Path) -> None:
    google = ranges_file(tmp_path, "googlebot.json", "66.249.64.0/27", "66.249.66.0/24", "2001:4860:4801:10::/64")
    crawlers = Crawlers(load_ranges([google]))
    told = {
        (agent, address): crawlers.tell(agent, address)
        for agent in (GOOGLEBOT, GPTBOT, CHROME)
        for address in (
            "66.249.66.1",
            "::ffff:66.249.66.1",
            "2001:4860:4801:10::5",
            "66.249.67.1",
            "",
            "x",
            "66.249.66.1:80",
        )
    }
    proved = {key for key, visitor in told.items() if visitor is Visitor.CRAWLER}
    assert proved == {(GOOGLEBOT, address) for address in ("66.249.66.1", "::ffff:66.249.66.1", "2001:4860:4801:10::5")}
    assert {visitor for (agent, _), visitor in told.items() if agent == CHROME} == {Visitor.PERSON}


def test_a_file_of_no_published_name_is_the_users_word_for_all(tmp_path: Path) -> None:
    own = tmp_path / "our-partners.txt"
    own.write_text("# ours\nroute:  203.0.113.0/24\n2001:4860::/32 # v6\n198.51.100.7\n")
    crawlers = Crawlers(load_ranges([own]))
    for agent in (GOOGLEBOT, GPTBOT, YANDEX):
        assert crawlers.tell(agent, "203.0.113.9") is Visitor.CRAWLER
        assert crawlers.tell(agent, "198.51.100.7") is Visitor.CRAWLER
        assert crawlers.tell(agent, "198.51.100.8") is Visitor.CLAIMED


def test_names_prove_where_ranges_do_not() -> None:
    names = {"66.249.66.1": "crawl-66-249-66-1.googlebot.com", "5.255.253.1": "spider-1.yandex.com"}
    asked: list[str] = []

    def name_of(address: str) -> str:
        asked.append(address)
        return names.get(address, "host.example")

    resolver = ReverseDns(name_of, lambda name: [address for address in names if names[address] == name])
    crawlers = Crawlers(resolver=resolver)
    crawlers.look_up([(GOOGLEBOT, "66.249.66.1"), (CHROME, "5.255.253.9"), (GPTBOT, "5.255.253.8")])
    assert asked == ["66.249.66.1"]
    for _ in range(2):
        assert crawlers.tell(GOOGLEBOT, "66.249.66.1") is Visitor.CRAWLER
        assert crawlers.tell(YANDEX, "66.249.66.1") is Visitor.CLAIMED
        assert crawlers.tell(YANDEX, "5.255.253.1") is Visitor.CRAWLER
        assert crawlers.tell(GPTBOT, "66.249.66.1") is Visitor.CLAIMED
    assert asked == ["66.249.66.1", "5.255.253.1"]


@given(st.text(), st.text())
def test_anything_is_told(user_agent: str, address: str) -> None:
    assert Crawlers().tell(user_agent, address) in Visitor
