"""Each scene over real HTTP: its sites answer what its data says."""

import http.client
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from linkreclaim.demo.exports import ClaimedLink, find_claims
from linkreclaim.demo.scenes import LinkState, Scene
from linkreclaim.demo.servers import LoopbackHosts
from linkreclaim.demo.websites import Addresses, Reply, Website
from linkreclaim.urls import parse, registrable_domain

Served = tuple[Scene, Addresses]


class Got(NamedTuple):
    status: int
    body: str
    location: str


def fetch(url: str, method: str = "GET") -> Got:
    parsed = parse(url)
    assert parsed is not None
    connection = http.client.HTTPConnection(parsed.netloc, timeout=5)
    try:
        connection.request(method, parsed.request_target)
        answer = connection.getresponse()
        return Got(answer.status, answer.read().decode(), answer.headers.get("Location", ""))
    finally:
        connection.close()


def claims_of(served: Served) -> Iterator[ClaimedLink]:
    return find_claims(*served)


def test_every_live_page_answers_with_its_title_and_text(served: Served) -> None:
    scene, addresses = served
    for page in scene.pages:
        got = fetch(f"http://{addresses.site}{page.path}")
        assert got.status == 200
        assert f"<h1>{page.title}</h1>" in got.body.replace("&#39;", "'").replace("&amp;", "&")


def test_every_dead_path_is_dead_in_the_way_of_its_scene(served: Served) -> None:
    scene, addresses = served
    for dead in scene.dead:
        if scene.has_old_host:
            with pytest.raises(ConnectionRefusedError):
                fetch(f"http://{addresses.old_host}{dead.path}")
        else:
            got = fetch(f"http://{addresses.site}{dead.path}")
            assert got.status == scene.not_found_status
            assert got.body == fetch(f"http://{addresses.site}/no/such/page").body


def test_redirects_lead_to_live_pages_and_blocked_paths_are_refused(served: Served) -> None:
    scene, addresses = served
    for source, target in scene.redirects:
        assert fetch(f"http://{addresses.site}{source}")[::2] == (301, target)
    for path in scene.blocked:
        assert fetch(f"http://{addresses.site}{path}").status == 403


def test_a_linking_page_holds_its_links_exactly_when_its_data_says_so(served: Served) -> None:
    for claim in claims_of(served):
        got = fetch(claim.page_url)
        linked = claim.target_url in re.findall(r'href="([^"]+)"', got.body)
        assert linked == (claim.page.state is LinkState.PRESENT)
        expected = {LinkState.GONE: 404, LinkState.BLOCKED: 403}.get(claim.page.state, 200)
        assert got.status == expected


def test_every_referrer_is_a_domain_of_its_own(served: Served) -> None:
    _, addresses = served
    domains = {registrable_domain(address) for address in (addresses.site, *addresses.referrers)}
    assert len(domains) == 1 + len(addresses.referrers)


def test_live_pages_can_be_found_from_the_home_page_and_the_sitemap(served: Served) -> None:
    scene, addresses = served
    waiting, seen = ["/"], {"/"}
    while waiting:
        body = fetch(f"http://{addresses.site}{waiting.pop()}").body
        found = set(re.findall(r'href="(/[^"]*)"', body)) - seen
        seen |= found
        waiting += found
    assert seen == {page.path for page in scene.pages}
    robots = fetch(f"http://{addresses.site}/robots.txt").body
    assert ("Sitemap:" in robots) == scene.has_sitemap
    if scene.has_sitemap:
        listed = re.findall(r"<loc>([^<]+)</loc>", fetch(f"http://{addresses.site}/sitemap.xml").body)
        assert listed == [f"http://{addresses.site}{page.path}" for page in scene.pages]


def test_a_head_request_has_no_body_and_leaving_closes_every_port() -> None:
    with LoopbackHosts(2) as hosts:
        site = Website({"/": Reply(200, "here")}, Reply(404, "lost"))
        with hosts.serve(dict.fromkeys(hosts.addresses, site)):
            assert [fetch(f"http://{address}/?q=1") for address in hosts.addresses] == [Got(200, "here", "")] * 2
            assert fetch(f"http://{hosts.addresses[0]}/", "HEAD") == Got(200, "", "")
    for address in hosts.addresses:
        with pytest.raises(ConnectionRefusedError):
            fetch(f"http://{address}/")
