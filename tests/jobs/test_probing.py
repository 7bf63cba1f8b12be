"""Random addresses stay few beside the URLs of a host, and no soft 404 is lost for it."""

import csv
import io
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.jobs.web import Host, Page, page, serve

from linkreclaim.jobs.probing import FREE_PROBES

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


def test_a_host_of_many_folders_is_not_asked_twice_for_everything(host: Host) -> None:
    paths = [f"/f{n}/item" for n in range(FOLDERS)] + [f"/lost{n}/item" for n in range(20)]
    command = [sys.executable, "-m", "linkreclaim", "check", "-", "--allow-private", "--site", host.origin, "--quiet"]
    listed = "\n".join(host.origin + path for path in paths)
    done = subprocess.run(command, input=listed.encode(), capture_output=True, check=False, timeout=100)
    rows = {row["url"]: row["verdict"] for row in csv.DictReader(io.StringIO(done.stdout.decode()))}
    assert [rows[host.origin + path] for path in paths] == ["alive"] * FOLDERS + ["soft_404"] * 20, done.stderr
    asked = sum(host.asked.values())
    soft, meanwhile = (
        20,
        20,
    )  # folders that lie are all asked, and what is looked at while the first of them is found out
    assert asked <= len(paths) * 1.1 + FREE_PROBES + soft + meanwhile
