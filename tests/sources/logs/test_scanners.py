"""Which refused requests are scanners', and which are lost pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.sources.logs.scanners import is_scan

HOLES = (
    "/.env", "/app/.env.bak", "/.git/config", "/.aws/credentials", "/%2eenv", "/wp-config.php.bak", "/vendor/phpunit/x",
    "/2019/wp-includes/wlwmanifest.xml", "/xmlrpc.php?rsd", "/wp-content/plugins/x/shell.php",
    "/cgi-bin/luci/;stok=/locale",
    "/cgi-bin/../../../../etc/passwd", "/cgi-bin/%2e%2e/%2e%2e/bin/sh", "/?x=${jndi:ldap://x}",
    "/a?id=1+UNION+ALL+SELECT+1",
    "/boaform/admin/formLogin", "/actuator/health", "/owa/auth/logon.aspx", "/manager/html", "/PHPINFO.php",
    "https://site.example/.env",
)  # fmt: skip
PAGES_SOMEWHERE = (
    "/wp-login.php", "/blog/wp-admin/", "/administrator/index.php", "/cgi-bin/article.pl?x=3", "/login.php?next=/x",
    "/phpmyadmin/",
    "/admin.php", "/files/schema.sql", "/backup.zip", "/cgi-bin/phpbb/view", "/jenkins/login",
)  # fmt: skip
PAGES = (
    "/", "/index.php?id=3", "/article.php", "/wp-content/uploads/2019/05/report.pdf", "/blog/how-to-use-git",
    "/.well-known/security.txt",
    "/2019/05/env", "/environment/", "/mysql/tutorial/", "/telescopes/", "/sdk/", "/feed/", "/a/../b.html",
    "/wp-json/", "/login/",
    "/admin-tips/", "/docs/docker-compose", "/union-selects-president", "/%", "/%zz", "", "/phpmyfaq/x",
    "/about/hudson-river",
)  # fmt: skip


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_holes_are_scans_whoever_links(status: int) -> None:
    assert [target for target in HOLES if not is_scan(target, status, linked=True)] == []
    assert [target for target in HOLES if not is_scan(target, status)] == []


def test_what_some_sites_have_is_a_scan_only_without_a_link() -> None:
    assert [target for target in PAGES_SOMEWHERE if not is_scan(target, 404)] == []
    assert [target for target in PAGES_SOMEWHERE if is_scan(target, 404, linked=True)] == []


def test_lost_pages_are_no_scans() -> None:
    assert [target for target in PAGES if is_scan(target, 404)] == []


@pytest.mark.parametrize("status", [200, 301, 302, 304, 500, 503, 0])
def test_what_the_site_answers_is_its_own(status: int) -> None:
    assert not any(is_scan(target, status) for target in HOLES + PAGES_SOMEWHERE)


@given(st.text(), st.integers(0, 999), st.booleans())
def test_any_target_is_told(target: str, status: int, linked: bool) -> None:
    if is_scan(target, status, linked=linked):
        assert is_scan(target, status)
