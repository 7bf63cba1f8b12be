"""Whole audits over real HTTP, through the command a user gives."""

import csv
import json
import random
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.command import START, run_text
from tests.jobs.conftest import Web
from tests.jobs.web import ARTICLES, Page


def dead_by_path(web: Web, result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["url"].removeprefix(web.site.origin): row for row in result["dead_pages"]}


def check_law_firm(web: Web, result: dict[str, Any]) -> None:
    """Moved articles found and matched; the retired one not; nothing alive, moved or walled called dead."""
    dead = dead_by_path(web, result)
    assert set(dead) == {f"/blog/{name}" for name in ARTICLES} | {"/blog/retired"}
    for name in ARTICLES:
        assert dead[f"/blog/{name}"]["target_url"] == f"{web.site.origin}/resources/{name}"
        assert dead[f"/blog/{name}"]["links"] == 3
    assert dead["/blog/retired"]["target_url"] is None
    assert sum(row["equity_share_0_1"] for row in dead.values()) == pytest.approx(1.0)


def test_a_site_named_without_its_scheme_has_that_of_its_links(web: Web) -> None:
    command = [web.site.netloc if part == web.site.origin else part for part in web.command("--json")]
    done = run_text([*command, "--links", str(web.ahrefs())])
    assert done.returncode == 3, done.stderr
    check_law_firm(web, json.loads(done.stdout))


def test_a_site_named_without_its_scheme_has_that_of_the_links_that_reading_finds(web: Web) -> None:
    command = [web.site.netloc if part == web.site.origin else part for part in web.command("--json")]
    done = run_text([*command, "--links", str(web.latest())])
    assert done.returncode == 3, done.stderr
    check_law_firm(web, json.loads(done.stdout))


def test_an_ahrefs_export_leads_to_the_right_redirects(web: Web) -> None:
    code, result, _ = web.audit("--links", str(web.ahrefs()))
    assert code == 3
    check_law_firm(web, result)
    out = web.folder / "ws" / "report"
    for name in ("report.html", "dead_pages.csv", "backlinks.csv", "redirects.csv", "provisional.csv"):
        assert (out / name).stat().st_size > 0, name


@pytest.mark.parametrize("options", [(), ("--foreign",), ("--accept", "0")])
def test_the_json_document_keeps_to_its_published_schema(web: Web, options: tuple[str, ...]) -> None:
    schema = json.loads((Path(__file__).parents[2] / "docs/schema/audit-1.schema.json").read_text(encoding="utf-8"))
    _, result, _ = web.audit("--links", str(web.ahrefs()), "--links", str(web.latest()), *options)
    jsonschema.Draft202012Validator(schema).validate(result)


def test_pages_without_targets_are_read_and_give_the_same_result(web: Web) -> None:
    _, from_ahrefs, _ = web.audit("--links", str(web.ahrefs()))
    code, result, _ = web.audit("--links", str(web.latest()), workspace="ws-latest")
    assert code == 3
    check_law_firm(web, result)
    targets = {row["url"]: row["target_url"] for row in from_ahrefs["dead_pages"]}
    assert {row["url"]: row["target_url"] for row in result["dead_pages"]} == targets


def test_both_exports_together_count_no_link_twice(web: Web) -> None:
    code, result, _ = web.audit("--links", str(web.ahrefs()), "--links", str(web.latest()))
    assert code == 3
    check_law_firm(web, result)
    assert result["summary"]["backlinks"] == len(web.links)


def test_links_that_are_only_counted_still_make_their_page_worth_a_redirect(web: Web) -> None:
    path = web.folder / "top.csv"
    rows = [f"{web.site.origin}/blog/{name},{number + 2},2" for number, name in enumerate(ARTICLES)]
    path.write_text("\n".join(["Target page,Incoming links,Linking sites", *rows]) + "\n")
    code, result, _ = web.audit("--links", str(path))
    assert code == 3
    dead = dead_by_path(web, result)
    assert {row["links"] for row in dead.values()} == set(range(2, 2 + len(ARTICLES)))
    assert sum(row["equity_share_0_1"] for row in dead.values()) == pytest.approx(1.0)


def test_a_dead_url_without_any_known_link_is_listed_and_loses_nothing(web: Web) -> None:
    path = web.folder / "Table.csv"
    path.write_text(f"URL,Last crawled\n{web.site.origin}/blog/retired,2026-01-01\n")
    _, result, _ = web.audit("--links", str(web.ahrefs()), "--links", str(path))
    code, alone, _ = web.audit("--links", str(path), workspace="ws-table")
    assert code == 0, "nothing is lost, so there is nothing to do"
    assert [(row["links"], row["equity_share_0_1"]) for row in alone["dead_pages"]] == [(0, 0.0)]
    assert alone["summary"]["dead_without_links"] == 1
    check_law_firm(web, result)


def test_every_address_is_asked_at_most_once(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    followed = "/resources/contract-law"  # asked a second time at the end of the redirect from /blog/old-news
    assert {path for path, count in web.site.asked.items() if count > 1} <= {followed}
    for host in web.referring:
        assert max(host.asked.values()) == 1, host.asked.most_common(3)


def test_pages_of_living_targets_are_left_in_peace(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    living = [source for source, target in web.links if target.endswith(("/contact", "/walled", "/blog/old-news"))]
    asked = {host.origin + path for host in web.referring for path in host.asked}
    assert not asked & set(living)


def test_a_linking_page_that_sounds_like_a_refusal_is_read_all_the_same(web: Web) -> None:
    host = web.referring[0]
    serving = host.answer

    def refusing(path: str) -> Page:
        status, headers, body = serving(path)
        return (
            status,
            headers,
            body.replace("<title>Links</title>", "<title>Access denied</title><h1>403 Forbidden</h1>"),
        )

    host.answer = refusing
    _, result, _ = web.audit("--links", str(web.latest()))
    check_law_firm(web, result)
    assert result["summary"]["page_outcomes"] == {"read": len(web.links)}


def test_private_addresses_are_refused_unless_allowed(web: Web) -> None:
    code, result, stderr = web.audit("--links", str(web.ahrefs()), private=False)
    assert code == 4
    assert result["dead_pages"] == []
    assert not web.site.asked
    assert not any(host.asked for host in web.referring)
    assert "allow-private" in str(result) + stderr


def test_linking_pages_that_could_not_be_read_are_not_called_sound(web: Web) -> None:
    done = run_text([*web.command(private=False), "--links", str(web.latest())])
    assert done.returncode == 4
    assert "Whether links are lost could not be told." in done.stdout
    assert "allow-private" in done.stdout
    assert f"the home page {web.site.origin}/ could not be read" in " ".join(done.stdout.split())
    assert "linkreclaim decide" not in done.stdout


def test_an_export_about_other_sites_alone_is_not_called_sound(web: Web) -> None:
    links = web.folder / "other.csv"
    links.write_text("Referring page URL,Target URL,Anchor\nhttps://a.example/,https://other.example/gone,x\n")
    columns = "referring_page=Referring page URL,target_url=Target URL"
    command = [*web.command("--links", str(links), "--columns", columns)]
    done = run_text(command)
    assert done.returncode == 4, done.stderr
    assert f"None of the files has a link to {web.site.netloc}." in done.stdout


def test_commands_that_come_next_can_be_pasted(web: Web) -> None:
    _, result, _ = web.audit("--links", str(web.ahrefs()), workspace="my clients' ws")
    words = [shlex.split(each["command"]) for each in result["summary"]["next_commands"]]
    sheet = str(web.folder / "my clients' ws" / "report" / "redirects.csv")
    assert words[1] == ["linkreclaim", "decide", sheet, "--workspace", str(web.folder / "my clients' ws")]


def test_a_place_that_cannot_be_written_is_told_in_one_line(web: Web) -> None:
    taken = web.folder / "taken"
    taken.write_text("not a folder")
    command = web.command("--links", str(web.ahrefs()), "--out", str(taken))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"'{taken}' is a file" in done.stderr


def test_a_list_of_pages_that_cannot_be_read_is_told_before_anything_is_asked(web: Web) -> None:
    command = web.command("--links", str(web.ahrefs()), "--pages", str(web.folder / "none.csv"))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "none.csv: cannot be read as a page list: No such file or directory" in done.stderr
    assert not web.site.asked


def test_what_others_put_among_the_redirects_stays(web: Web) -> None:
    folder = web.folder / "ws/report/redirects"
    (folder / "nginx").mkdir(parents=True)
    for own in (folder / "mine.txt", folder / "nginx" / "mine.conf"):
        own.write_text("mine")
    web.audit("--links", str(web.ahrefs()))
    assert (folder / "mine.txt").read_text() == (folder / "nginx" / "mine.conf").read_text() == "mine"


def test_accepted_lines_are_a_map_for_other_servers(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()), "--accept", "0")
    accepted, out = web.folder / "ws/report/redirects/map.csv", web.folder / "caddy"
    command: list[str | Path] = [*START, "redirects", "write", "--map", accepted, "--for", "caddy", "--out", out]
    done = run_text(command)
    assert done.returncode == 0, done.stderr
    assert f"{len(ARTICLES)} lines written" in done.stderr


def test_accepted_lines_are_in_the_server_files_and_others_are_not(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()), "--accept", "0")
    conf = (web.folder / "ws/report/redirects/netlify/_redirects").read_text()
    lines = [line for line in conf.splitlines() if line.startswith("/")]
    assert len(lines) == len(ARTICLES)
    assert "/blog/retired" not in conf
    assert "confidence 0 or above" in conf


def test_a_former_host_that_answers_nothing_is_judged_and_redirected(web: Web) -> None:
    taken = socket.create_server(("127.0.0.1", 0))
    old = f"127.0.0.1:{taken.getsockname()[1]}"
    taken.close()  # nobody listens there any more
    pages = {f"/old-{n}": f"http://{old}/blog/{name}" for n, name in enumerate(ARTICLES)}
    extra = [(web.referring[0].origin + path, target) for path, target in pages.items()]
    serving = web.referring[0].answer
    linking: dict[str, Page] = {
        path: (200, {}, f'<p>See <a href="{target}">this</a></p>') for path, target in pages.items()
    }
    web.referring[0].answer = lambda path: linking.get(path) or serving(path)
    code, result, _ = web.audit("--links", str(web.ahrefs(extra)), "--old-host", old, "--accept", "0")
    assert code == 3, "the retired page is still open"
    former = {row["url"]: row for row in result["dead_pages"] if row["former_host"]}
    assert {url: row["target_url"] for url, row in former.items()} == {
        f"http://{old}/blog/{name}": f"{web.site.origin}/resources/{name}" for name in ARTICLES
    }


def test_a_path_of_the_site_is_told_to_count_for_nothing(web: Web) -> None:
    whole = web.command("--links", str(web.ahrefs()))
    command = [part.rstrip("/") + "/shop/" if part.rstrip("/") == web.site.origin else part for part in whole]
    assert command != whole
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (
        f"all of {web.site.origin.removeprefix('http://')} is audited, not only what stands below /shop/" in done.stderr
    )


def test_an_export_about_another_host_names_the_flag(web: Web) -> None:
    extra = [(f"{web.referring[0].origin}/x{n}", f"http://former.example/{n}") for n in range(100)]
    _, _, stderr = web.audit("--links", str(web.ahrefs(extra)))
    assert "--old-host former.example" in stderr


def test_a_foreign_site_gives_prospects_and_no_redirects(web: Web) -> None:
    code, result, _ = web.audit("--links", str(web.ahrefs()), "--foreign")
    out = web.folder / "ws" / "report"
    assert code == 3
    assert not (out / "redirects").exists()
    assert not (out / "redirects.csv").exists()
    with open(out / "prospects.csv", encoding="utf-8-sig", newline="") as sheet:
        rows = list(csv.DictReader(sheet))
    assert len(rows) == 3 * (len(ARTICLES) + 1)
    assert all(row["seen"] == "present" for row in rows)
    assert all(row["target_url"] is None for row in result["dead_pages"])


def test_an_inventory_from_files_is_used_and_its_targets_are_looked_at(web: Web) -> None:
    told = [{"url": f"/resources/{name}", "title": name.replace("-", " ").title()} for name in ARTICLES]
    told.append({"url": "/resources/retired", "title": "Retired"})  # the file says it is there; the site does not
    path = web.folder / "pages.jsonl"
    path.write_text("".join(json.dumps(page) + "\n" for page in told))
    _, result, _ = web.audit("--links", str(web.ahrefs()), "--pages", str(path))
    assert "pages.jsonl" in result["summary"]["inventory_source"]
    check_law_firm(web, result)
    assert web.site.asked["/sitemap.xml"] == 0
    listed = web.folder / "pages.txt"
    listed.write_text("".join(f"{web.site.origin}/resources/{name}\n" for name in ARTICLES))
    _, result, _ = web.audit("--links", str(web.ahrefs()), "--pages", str(listed), workspace="ws-list")
    check_law_firm(web, result)


@pytest.mark.parametrize("home_is_linked", [False, True])
def test_without_a_sitemap_the_site_is_crawled(web: Web, home_is_linked: bool) -> None:
    serving = web.site.answer
    listing = "".join(f"<a href='/resources/{name}'>x</a>" for name in ARTICLES)

    def answer(path: str) -> Any:
        if path == "/sitemap.xml":
            return 404, {}, "no"
        if path == "/":
            return 200, {}, f"<title>Home</title><main><h1>Home</h1>{listing}</main>"
        return serving(path)

    web.site.answer = answer
    home = web.folder / "home.csv"
    home.write_text(f"Referring page URL,Target URL\n{web.referring[0].origin}/about-us,{web.site.origin}/\n")
    _, result, _ = web.audit("--links", str(web.ahrefs()), *(("--links", str(home)) if home_is_linked else ()))
    assert result["summary"]["inventory_source"] == "crawl"
    check_law_firm(web, result)


def test_without_any_live_page_nobody_is_told_that_none_fits(web: Web) -> None:
    web.site.answer = lambda _: (404, {}, "no")
    _, result, _ = web.audit("--links", str(web.ahrefs()))
    assert result["summary"]["inventory_pages"] == 0
    lost = [row for row in result["dead_pages"] if row["links"]]
    assert lost
    assert {row["disposition"] for row in lost} == {"review"}
    assert all("No live page of the site is known" in row["match_reason"] for row in lost)


def test_a_run_that_is_killed_three_times_ends_like_one_that_was_not(web: Web) -> None:
    _, whole, _ = web.audit("--links", str(web.latest()), workspace="whole")
    uninterrupted = [dict(host.asked) for host in (web.site, *web.referring)]
    for host in (web.site, *web.referring):
        host.asked.clear()
        host.delay_s = 0.05
    in_flight = 4
    options = ["--links", str(web.latest()), "--concurrency", str(in_flight)]
    whole_count = sum(sum(asked.values()) for asked in uninterrupted)
    for share in sorted(random.sample(range(1, 10), 3)):
        process = subprocess.Popen(web.command(*options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait_for_requests(web, whole_count * share // 10)
        process.send_signal(signal.SIGKILL)
        process.wait()
    _, resumed, stderr = web.audit(*options)
    assert "continuing the run" in stderr
    assert _comparable(resumed) == _comparable(whole)
    asked_again = 0
    for before, host in zip(uninterrupted, (web.site, *web.referring), strict=True):
        assert set(host.asked) - set(before) <= _siblings(host.asked)
        asked_again += sum(max(0, count - before.get(path, 1)) for path, count in host.asked.items())
    assert asked_again <= 3 * in_flight


def test_a_run_that_is_stopped_says_how_to_go_on(web: Web) -> None:
    for host in (web.site, *web.referring):
        host.delay_s = 0.1
    options = ["--links", str(web.latest()), "--concurrency", "2"]
    process = subprocess.Popen(web.command(*options), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    _wait_for_requests(web, 12)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=90)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert "go on where it stopped" in stderr
    code, result, stderr = web.audit(*options)
    assert code == 3
    assert "continuing the run" in stderr
    check_law_firm(web, result)


def _wait_for_requests(web: Web, count: int) -> None:
    """Until the servers have been asked that often in all."""
    for _ in range(1_000):
        if sum(sum(host.asked.values()) for host in (web.site, *web.referring)) >= count:
            return
        time.sleep(0.02)
    raise AssertionError("the run did not come that far")


def _siblings(asked: Any) -> set[str]:
    """Random names differ from run to run."""
    return {path for path in asked if len(path.rsplit("/", 1)[-1]) >= 20}


def _comparable(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    names = (
        "url",
        "verdict",
        "links",
        "links_seen",
        "referring_domains",
        "target_url",
        "match_confidence_0_1",
        "cause",
    )
    return [tuple(row[name] for name in names) for row in result["dead_pages"]]


def test_a_second_run_keeps_decisions_and_does_not_import_twice(web: Web) -> None:
    web.audit("--links", str(web.ahrefs()))
    _, result, stderr = web.audit("--links", str(web.ahrefs()))
    assert "already in the ledger" in stderr
    assert result["summary"]["backlinks"] == len(web.links)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"Colour,Shape\nred,round\n", "Colour"),
        (b"PK\x03\x04 not really a zip", "zip"),
    ],
)
def test_an_input_that_nobody_can_read_is_one_clear_line(web: Web, content: bytes, said: str) -> None:
    path = web.folder / "broken.csv"
    path.write_bytes(content)
    code, _, stderr = web.audit("--links", str(path))
    assert code == 1
    assert said.lower() in stderr.lower()
    assert "broken.csv" in stderr


def test_a_good_file_beside_a_broken_one_is_still_used(web: Web) -> None:
    broken = web.folder / "broken.csv"
    broken.write_bytes(b"Colour,Shape\nred,round\n")
    code, result, stderr = web.audit("--links", str(broken), "--links", str(web.ahrefs()))
    assert code == 3
    assert "broken.csv" in stderr
    check_law_firm(web, result)


def test_a_missing_file_and_a_host_that_is_none_are_told(web: Web, tmp_path: Path) -> None:
    code, _, stderr = web.audit("--links", str(tmp_path / "nowhere.csv"))
    assert code == 2
    assert "nowhere.csv' does not exist" in stderr
    done = subprocess.run([*web.command()[:4], "not a host"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "not a host" in done.stderr
