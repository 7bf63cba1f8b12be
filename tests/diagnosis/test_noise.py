"""Scanner requests are told from pages that people made."""

import pytest

from linkreclaim.diagnosis import is_scanner_noise
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
        "/console/",
        "/administrator/",
        "/phpmyadmin/index.php",
        "/cgi-bin/test.cgi",
        "/backup.zip",
        "/db.sql",
        "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
        "/bootstrap.yml",
        "/?x=${jndi:ldap://a}",
        "/?id=1 UNION ALL SELECT 1",
        "/index.php?file=../../etc/passwd",
        "/images/..%2f..%2fboot.ini",
        "/../../../boot",
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
        "/solr/indexing-documents/",
        "/console/lazy-commands",
        "/mysql/backup-with-mysqldump/",
        "/jenkins/pipelines.html",
        "/shop/test-kits.php",
        "/union-of-select-committees",
        "/about.php",
        "/guides/../about",
    ],
)
def test_pages_are_no_noise(path: str) -> None:
    assert not is_scanner_noise(url("https://example.com" + path))
