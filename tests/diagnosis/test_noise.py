"""Scanner requests and injected spam are told from pages that people made, with care."""

import pytest

from linkreclaim.diagnosis import is_scanner_noise, looks_injected
from linkreclaim.urls import Url, parse


def url(text: str) -> Url:
    """A parsed URL that must be one."""
    parsed = parse(text)
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    "path",
    [
        "/xmlrpc.php",
        "/.env",
        "/.git/config",
        "/wp-login.php",
        "/wp-admin/setup-config.php",
        "/wp2/",
        "/solr/admin",
        "/phpmyadmin/index.php",
        "/cgi-bin/test.cgi",
        "/backup.zip",
        "/db.sql",
        "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
        "/bootstrap.yml",
        "/?x=${jndi:ldap://a}",
        "/?id=1 UNION ALL SELECT 1",
        "/index.php?file=../../etc/passwd",
    ],
)
def test_scanner_requests(path: str) -> None:
    assert is_scanner_noise(url("https://example.com" + path))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/guides/xmlrpc-explained",
        "/wp-content/uploads/2019/report.pdf",
        "/.well-known/security.txt",
        "/blog/backup-strategies",
        "/downloads/project.zip",
        "/solr-guide/",
        "/shop/test-kits.php",
        "/union-of-select-committees",
        "/about.php",
    ],
)
def test_pages_are_no_noise(path: str) -> None:
    assert not is_scanner_noise(url("https://example.com" + path))


@pytest.mark.parametrize(
    ("path", "anchors"),
    [
        ("/buy-cheap-viagra-cialis-online", ()),
        ("/?s=slot-gacor-maxwin", ("slot gacor hari ini",)),
        ("/wp/rolex-replica-outlet", ("cheap rolex",)),
        ("/shop/スーパーコピー-激安-通販.html", ()),
    ],
)
def test_injected_spam(path: str, anchors: tuple[str, ...]) -> None:
    assert looks_injected(url("https://church.example.com" + path), anchors)


@pytest.mark.parametrize(
    ("text", "anchors"),
    [
        ("https://news.com/health/viagra-turns-20", ("the story of Viagra",)),
        ("https://news.com/casino-royale-film-review", ("Casino Royale", "review")),
        ("https://grandcasino.com/casino-bonus-poker-online", ("casino bonus",)),
        ("https://museum.org/poker-through-the-ages", ("poker",)),
        ("https://example.com/shoes", ("buy cheap viagra and cialis",)),
    ],
)
def test_real_pages_with_such_a_word_are_not_injected(text: str, anchors: tuple[str, ...]) -> None:
    if "grandcasino" in text:
        assert not looks_injected(url(text), anchors, frozenset({"poker"}))
    else:
        assert not looks_injected(url(text), anchors)
