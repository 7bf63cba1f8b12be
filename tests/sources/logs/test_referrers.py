"""What a Referer header is taken for."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.errors import InputError
from linkreclaim.sources.logs.interface import ReferrerKind
from linkreclaim.sources.logs.referrers import classify_referrer, load_lists
from linkreclaim.urls import parse

LISTS = Path(__file__).parents[3] / "src" / "linkreclaim" / "sources" / "logs" / "lists"


def is_own(host: str) -> bool:
    return host == "site.example" or host.endswith(".site.example")


def kind_of(referrer: str) -> ReferrerKind:
    return classify_referrer(referrer, is_own)[0]


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://blog.example.org/", "blog.example.org"), ("http://blog.example.org", "blog.example.org"),
        ("https://Blog.Example.ORG:8443/a?b#c", "blog.example.org"),
        ("https://blog.example.org./x", "blog.example.org"),
        ("http://b%C3%BCcher.example/", "xn--bcher-kva.example"), ("http://bücher.example/", "xn--bcher-kva.example"),
        ("https://me:secret@blog.example.org/", "blog.example.org"),
        ("https://blog.example.org\\@x/", "blog.example.org"),
        ("https://under_score.example.org/", "under_score.example.org"),
        ("  https://blog.example.org/ ", "blog.example.org"),
        ("https://sites.google.com/view/x", "sites.google.com"), ("https://docs.google.com/", "docs.google.com"),
        ("https://google.github.io/", "google.github.io"), ("https://www.google.evil.com/", "www.google.evil.com"),
        ("https://notfacebook.com/", "notfacebook.com"), ("https://someone.tumblr.com/post", "someone.tumblr.com"),
        ("https://github.com/a/b", "github.com"), ("https://www.cnn.com/", "www.cnn.com"),
        ("https://firm.kharkov.ua/", "firm.kharkov.ua"), ("https://news.yahoo.com/a", "news.yahoo.com"),
    ],
)  # fmt: skip
def test_a_page_of_others_is_a_site(referrer: str, host: str) -> None:
    assert classify_referrer(referrer, is_own) == (ReferrerKind.SITE, host)


@pytest.mark.parametrize(
    ("kind", "referrers"),
    [
        (ReferrerKind.NONE, ["", "-", "  "]),
        (ReferrerKind.APP, ["android-app://com.slack/", "ANDROID-APP://org.example.app", "ios-app://389801252/x"]),
        (ReferrerKind.OWN, ["https://site.example/a", "http://WWW.site.example:8080",
        "https://www-site-example.translate.goog/"]),
        (ReferrerKind.SEARCH, [
            "https://www.google.com/", "https://google.co.uk/url?q=x", "https://images.google.com.br/",
            "https://cn.bing.com/",
            "https://duckduckgo.com/", "https://images.uk.ask.com/", "https://yandex.com.tr/",
            "https://search.brave.com/",
            "https://translate.google.com/translate?u=x", "https://web.archive.org/",
            "https://de.search.yahoo.com/search",
        ]),
        (ReferrerKind.SOCIAL, [
            "https://l.facebook.com/l.php?u=x", "https://www.facebook.com/", "http://m.facebook.com:80/",
            "https://t.co/x",
            "https://old.reddit.com/r/x", "https://www.pinterest.de/", "https://x.com/", "https://bsky.app/",
        ]),
        (ReferrerKind.ASSISTANT, ["https://chatgpt.com/", "https://www.perplexity.ai/", "https://gemini.google.com/app"
        ]),
        (ReferrerKind.SPAM, ["http://semalt.semalt.com/crawler.php?u=x", "https://www.darodar.com",
        "http://kharkov.ua/"]),
        (ReferrerKind.JUNK, [
            "http://1.2.3.4/x", "http://0x7f.1/", "http://[2001:db8::1]/", "http://localhost:3000/", "http://intranet/",
            "http://printer.local/", "http://a..b.com/", f"http://{'a' * 64}.com/", "about:blank", "www.google.com",
            "null",
            "file:///etc/passwd", "chrome-extension://abc.def/x", "https://", "javascript:alert(1)", "\x00\ud800",
            "http://x" * 9999,
        ]),
    ],
)  # fmt: skip
def test_kinds(kind: ReferrerKind, referrers: list[str]) -> None:
    assert {referrer: kind_of(referrer) for referrer in referrers} == dict.fromkeys(referrers, kind)


@pytest.mark.parametrize("kind", [ReferrerKind.NONE, ReferrerKind.APP, ReferrerKind.JUNK])
def test_what_names_no_host_has_none(kind: ReferrerKind) -> None:
    referrers = {ReferrerKind.NONE: "-", ReferrerKind.APP: "android-app://a.b/", ReferrerKind.JUNK: "http://10.0.0.1/"}
    assert classify_referrer(referrers[kind], is_own) == (kind, "")


def test_what_the_site_calls_its_own_is_its_own_even_when_a_list_knows_it() -> None:
    for referrer in (
        "https://www.facebook.com/x",
        "http://semalt.com/",
        "http://203.0.113.9:8080/",
        "http://localhost/",
    ):
        assert classify_referrer(referrer, lambda _: True)[0] is ReferrerKind.OWN


def test_a_page_behind_googles_proxies_is_the_page() -> None:
    assert classify_referrer("https://en-m-wiki--x-example.translate.goog/a", is_own)[1] == "en.m.wiki-x.example"
    assert classify_referrer("https://blog-example-org.cdn.ampproject.org/", is_own)[1] == "blog.example.org"
    assert classify_referrer("https://x.translate.goog/", is_own)[1] == "x.translate.goog"


@given(st.one_of(st.text(), st.from_regex(r"https?://[a-z0-9.:@%\\\[\]-]{0,40}[/?#]?[ -~]{0,10}", fullmatch=True)))
def test_any_header_is_told_and_the_sites_own_hosts_come_first(referrer: str) -> None:
    kind, host = classify_referrer(referrer, lambda _: False)
    assert host == host.lower()
    assert host.isascii()
    assert bool(host) == (kind not in (ReferrerKind.NONE, ReferrerKind.APP, ReferrerKind.JUNK))
    own_kind, own_host = classify_referrer(referrer, lambda _: True)
    assert (own_kind is ReferrerKind.OWN) == (parse(referrer.strip()) is not None) == bool(own_host)


@given(st.from_regex(r"(?:[a-z0-9]{1,9}\.){1,3}(?:com|co\.uk|example|museum)", fullmatch=True))
def test_the_quick_way_and_the_parser_agree(host: str) -> None:
    answers = {
        classify_referrer(form, is_own) for form in (f"https://{host}/", f"HTTPS://{host}:443/", f"http://{host}")
    }
    assert len(answers) == 1


def sections(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (LISTS / name).read_text(encoding="ascii").splitlines():
        if line.startswith("["):
            found[line[1:-1]] = []
        elif line and not line.startswith("#"):
            found[list(found)[-1]].append(line)
    return found


def test_the_shipped_list_is_whole_and_sorted() -> None:
    found = sections("referrers.txt")
    assert {name: len(hosts) for name, hosts in found.items()} == {
        "spam": 2_347, "search": 608, "social": 96, "assistant": 22,
    }  # fmt: skip
    for hosts in found.values():
        assert hosts == sorted(set(hosts))
    assert all(parse(f"http://{host.replace('{}', 'xx')}/") for hosts in found.values() for host in hosts)


def test_each_addition_is_a_host_that_is_told_once() -> None:
    found = sections("additions.txt")
    every = [host for hosts in found.values() for host in hosts]
    assert len(every) == len(set(every))
    for kind, hosts in found.items():
        for host in hosts:
            asked = host.replace("*.", "somebody.").replace("{}", "de")
            assert load_lists().kind_of(asked) == kind, host


def test_a_users_own_spam_is_spam(tmp_path: Path) -> None:
    own = tmp_path / "spam.txt"
    own.write_text("\ufeff# mine\nWWW.Bad.example # why\n\nbücher.example\n*.worse.example\r\n", encoding="utf-8")
    lists = load_lists(own)
    for host in ("bad.example", "a.bad.example", "xn--bcher-kva.example", "x.worse.example", "semalt.com"):
        assert lists.kind_of(host) is ReferrerKind.SPAM
        assert classify_referrer(f"https://{host}/", is_own, lists)[0] is ReferrerKind.SPAM
    assert load_lists().kind_of("bad.example") is ReferrerKind.SITE


@pytest.mark.parametrize(
    "line", ["not a host", "https://bad.example/", "bad", "a/b.example", "bad.example/x", "[::1]", "\x00"]
)
def test_a_line_that_is_no_host_is_named(tmp_path: Path, line: str) -> None:
    own = tmp_path / "spam.txt"
    own.write_text(f"good.example\n{line}\n")
    with pytest.raises(InputError, match=r"spam\.txt, line 2: .* is no host"):
        load_lists(own)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load_lists(tmp_path / "none.txt")
