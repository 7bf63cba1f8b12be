"""Random addresses stay few beside the URLs of a host, and no soft 404 is lost for it."""

import csv
import io
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.jobs.web import Host, Page, page, serve

from linkreclaim.jobs.looks.probing import FREE_PROBES

FOLDERS = 400
TEXT = "The {0} of this page is told at length, with {0} in every sentence and nothing that any other page says. " * 9
SOFT: Page = (200, {}, "<title>Sorry</title><h1>Page not found</h1><p>The page you asked for does not exist.</p>")


def shop(path: str) -> Page:
    """Every page has a folder of its own; some folders answer anything with a soft 404."""
    parts = path.strip("/").split("/")
    if path == "/":
        return page("Shop", "We sell what people need, and ship it on the same day.")
    if parts[0].startswith("lost"):
        return SOFT
    if len(parts) == 2 and parts[0].startswith("f") and parts[1] == "item":
        return page(f"Item {parts[0]}", TEXT.format(parts[0]))
    return 404, {}, "<title>404</title>"


@pytest.fixture
def host() -> Iterator[Host]:
    served = Host(shop)
    with serve(served):
        yield served


def verdicts(host: Host, paths: list[str]) -> list[str]:
    """What `check` says of these paths, in their order."""
    command = [sys.executable, "-m", "linkreclaim", "check", "-", "--allow-private", "--site", host.origin, "--quiet"]
    listed = "\n".join(host.origin + path for path in paths)
    done = subprocess.run(command, input=listed.encode(), capture_output=True, check=False, timeout=100)
    rows = {row["url"]: row["verdict"] for row in csv.DictReader(io.StringIO(done.stdout.decode()))}
    return [rows[host.origin + path] for path in paths]


def test_a_host_of_many_folders_is_not_asked_twice_for_everything(host: Host) -> None:
    paths = [f"/f{n}/item" for n in range(FOLDERS)] + [f"/lost{n}/item" for n in range(20)]
    assert verdicts(host, paths) == ["alive"] * FOLDERS + ["soft_404"] * 20
    asked = sum(host.asked.values())
    soft = 20  # folders that lie are all asked
    meanwhile = 2 * 20  # what is looked at while the first of them is found out
    assert asked <= len(paths) * 1.1 + FREE_PROBES + soft + meanwhile


@pytest.mark.parametrize(
    ("answer", "verdict"), [(SOFT, "soft_404"), ((302, {"Location": "/"}, ""), "redirected_home")], ids=["soft", "home"]
)
def test_a_host_that_answers_everything_alike_is_asked_for_few_random_addresses(answer: Page, verdict: str) -> None:
    living = [f"/f{n}/item" for n in range(0, FOLDERS, 2)]
    dead = [f"/f{n}/gone" for n in range(1, FOLDERS, 2)]
    host = Host(lambda path: shop(path) if path == "/" or path in living else answer)
    with serve(host):
        assert verdicts(host, living + dead) == ["alive"] * len(living) + [verdict] * len(dead)
        # What is on its way before the first random address has been answered asks one of its own, and follows the
        # redirect; asking one in every folder would take twice as many requests as there are folders.
        meanwhile = 2 * 20
        assert sum(host.asked.values()) <= FOLDERS * 1.1 + FREE_PROBES + meanwhile


def test_a_folder_with_an_error_page_of_its_own_is_found_on_a_host_that_lies() -> None:
    other: Page = (200, {}, "<title>Archive</title><h1>Archive</h1><p>This page does not exist.</p>")
    dead = [f"/f{n}/gone" for n in range(FOLDERS)]
    odd = [f"/odd{n}/page" for n in range(10)]
    host = Host(lambda path: other if path.startswith("/odd") else shop(path) if path == "/" else SOFT)
    with serve(host):
        assert verdicts(host, dead + odd) == ["soft_404"] * (len(dead) + len(odd))
