"""Deciding: each way by HTTP and without scripts, what is refused, all of a view at once, and by a sheet."""

import csv
import io
import re
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.web.harness import DemoWorkspace, Pages, serve_pages

from linkreclaim.config import FetchSettings


class Deciding:
    """Somebody who decides about the site that was audited twice."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.table = f"/sites/{pages.workspace.relaunch}/dead-pages"

    def row(self, ending: str, query: str = "") -> tuple[int, int]:
        """(id, revision) of the page whose address ends so."""
        html = self.pages.get(f"{self.table}?{query}").text
        ids = re.findall(r'id="row-(\d+)"', html)
        number = next(n for n, each in zip(ids, html.split('id="row-')[1:], strict=True) if f"{ending}</bdi>" in each)
        return int(number), self.revision(int(number))

    def revision(self, number: int) -> int:
        found = re.search(r'id="decide".*?name="revision" value="(\d+)"', self.pane(number), re.DOTALL)
        assert found
        return int(found[1])

    def pane(self, number: int) -> str:
        return (
            self.pages.get(f"{self.table}?open={number}")
            .text.partition('<section id="pane"')[2]
            .partition("<details")[0]
        )

    def words(self, number: int) -> str:
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.pane(number))).split())

    def decide(self, number: int, revision: int, action: str, status: int = 303, **fields: str) -> str:
        """Send the form of the pane; returns the words of what came back, or where it led."""
        sent = {"revision": str(revision), "view": "", "in": "pane", "action": action, **fields}
        reply = self.pages.post(f"{self.table}/{number}/decide", sent)
        assert reply.status == status, reply.text
        return reply.headers.get("location") or " ".join(unescape(re.sub(r"<[^>]*>", " ", reply.text)).split())


@pytest.fixture
def deciding(own_pages: Pages) -> Deciding:
    own_pages.enter()
    return Deciding(own_pages)


PAGES = {"/there": (200, "<title>There</title><h1>There</h1><p>A page with some words about nothing else.</p>")}


class Target(BaseHTTPRequestHandler):
    """A server beside the site: one page, and a redirect to it; anything else is not there."""

    def do_GET(self) -> None:
        status, body = PAGES.get(self.path, (404, "<title>Not found</title><h1>Not found</h1>"))
        self.send_response(302 if self.path == "/moved" else status)
        if self.path == "/moved":
            self.send_header("Location", "/there")
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def target() -> Iterator[str]:
    """Origin of a server that the audit never saw."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Target) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class TestOneAtATime:
    @pytest.mark.parametrize(
        ("action", "said"),
        [
            ("accept", "Accepted: Redirect to /resources/non-compete-clauses/"),
            ("reject", "Rejected: Redirect to /resources/non-compete-clauses/"),
            ("restore", "Accepted: Restore"),
            ("gone", "Accepted: Leave gone"),
            ("fix_at_source", "Accepted: Ask for a fix"),
            ("ignore", "Accepted: Ignore"),
        ],
    )
    def test_every_decision_is_kept_with_its_hand_and_taken_back(
        self, deciding: Deciding, action: str, said: str
    ) -> None:
        number, revision = deciding.row("/non-compete-clauses/")
        assert revision == 0
        assert deciding.decide(number, 0, action, note="we <i>asked</i>").endswith(f"open={number}#pane")
        shown = deciding.words(number)
        assert f"{said} by Ada" in shown
        assert "we <i>asked</i>" in shown
        deciding.decide(number, deciding.revision(number), "take_back")
        assert "Taken back" in deciding.words(number)
        assert "Proposed Redirect: /resources/non-compete-clauses/" in deciding.words(number)

    def test_another_candidate_is_known_and_taken_at_once(self, deciding: Deciding) -> None:
        number, revision = deciding.row("/non-compete-clauses/")
        other = re.findall(r'name="target" value="([^"]+)" data-key="2"', deciding.pane(number))[0]
        deciding.decide(number, revision, "redirect", target=other)
        assert f"Accepted: Redirect to {other.split('/', 3)[3]}"[:20] in deciding.words(number)
        assert other.partition("/resources/")[2] in deciding.words(number)

    def test_the_row_leads_back_to_the_row(self, deciding: Deciding) -> None:
        number, _ = deciding.row("/non-compete-clauses/")
        sent = {"revision": "0", "view": "state=proposed", "action": "accept"}
        reply = deciding.pages.post(f"{deciding.table}/{number}/decide", sent)
        assert reply.headers["location"] == f"{deciding.table}?state=proposed#row-{number}"

    def test_a_stale_decision_is_refused_and_both_views_are_shown(self, deciding: Deciding) -> None:
        number, revision = deciding.row("/non-compete-clauses/")
        deciding.pages.post("/name", {"name": "Ben", "next": "/"})
        deciding.decide(number, revision, "gone")
        seen = {
            "seen": "redirect",
            "seen_target": f"http://{deciding.pages.workspace.relaunch}/resources/non-compete-clauses/",
        }
        deciding.pages.post("/name", {"name": "Ada", "next": "/"})
        shown = deciding.decide(number, revision, "accept", status=409, **seen)
        assert "It changed meanwhile" in shown
        assert re.search(
            r"What holds now Accepted: Leave gone by Ben, .* What you wanted Redirect /resources/non-comp", shown
        )
        assert "Accepted: Leave gone by Ben" in deciding.words(number)
        deciding.decide(number, deciding.revision(number), "redirect", target=seen["seen_target"])
        assert "Accepted: Redirect to /resources/non-compete-clauses/ by Ada" in deciding.words(number)
        assert re.search(r"Decisions about it .* Ada : .* Ben : Accepted: Leave gone", deciding.words(number))

    def test_of_two_at_once_one_is_taken_and_the_other_told(self, deciding: Deciding) -> None:
        ids = [
            int(number) for number in re.findall(r'<tr id="row-(\d+)"', deciding.pages.get(deciding.table).text)[:12]
        ]

        def decide_all(action: str) -> list[int]:
            fields = {"revision": "0", "view": "", "action": action}
            return [deciding.pages.post(f"{deciding.table}/{number}/decide", fields).status for number in ids]

        with ThreadPoolExecutor(2) as two:
            taken = list(zip(*two.map(decide_all, ("gone", "ignore")), strict=True))
        assert [sorted(statuses) for statuses in taken] == [[303, 409]] * len(ids)
        history = deciding.pages.get(f"{deciding.table}/history").text
        assert history.count("Accepted: Leave gone") + history.count("Accepted: Ignore") == len(ids)

    def test_the_same_decision_twice_is_one(self, deciding: Deciding) -> None:
        number, _ = deciding.row("/non-compete-clauses/")
        for _ in range(2):
            deciding.decide(number, 0, "restore")
        assert deciding.words(number).count("Accepted: Restore") == 2  # where it stands, and once in its history

    def test_a_proposal_that_a_newer_audit_changed_is_not_accepted_unseen(self, deciding: Deciding) -> None:
        number, _ = deciding.row("/non-compete-clauses/")
        seen = {"seen": "redirect", "seen_target": "https://example.com/what-was-proposed-then"}
        shown = deciding.decide(number, 0, "accept", status=409, **seen)
        assert "Nobody has decided. Proposed: Redirect /resources/non-compete-clauses/" in shown
        assert "What you wanted Redirect example.com/what-was-proposed-then" in shown
        assert deciding.revision(number) == 0

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"action": "redirect", "target": "mailto:a@b.example"}, "is no path or http(s) URL"),
            ({"action": "redirect", "target": ""}, "is no path or http(s) URL"),
            ({"action": "redirect", "target": "/blog/2023/non-compete-clauses/"}, "cannot be redirected to itself"),
            ({"action": "take_back"}, "there is nothing to take back"),
        ],
    )
    def test_what_makes_no_sense_is_said_in_the_pane(
        self, deciding: Deciding, fields: dict[str, str], said: str
    ) -> None:
        number, _ = deciding.row("/non-compete-clauses/")
        assert said in deciding.decide(number, 0, **fields, status=422)
        assert deciding.revision(number) == 0

    def test_what_no_form_sends_is_refused(self, deciding: Deciding) -> None:
        number, _ = deciding.row("/non-compete-clauses/")
        assert "must be one of" in deciding.decide(number, 0, "explode", status=400)
        assert deciding.pages.post(f"{deciding.table}/4711/decide", {"action": "accept"}).status == 404
        assert deciding.pages.get(f"{deciding.table}/{number}/decide").status == 405
        crossed = deciding.pages.post(
            f"{deciding.table}/{number}/decide", {"action": "accept"}, Sec_Fetch_Site="cross-site"
        )
        assert crossed.status == 403
        assert deciding.revision(number) == 0


class TestTypedTargets:
    @pytest.fixture
    def asking(self, demo_workspace: DemoWorkspace, own_pages: Pages) -> Iterator[Deciding]:
        """As `deciding`, where loopback may be asked."""
        with serve_pages(own_pages.workspace, settings=FetchSettings(allow_private=True)) as served:
            served.enter()
            yield Deciding(served)

    def test_a_page_that_answers_is_taken(self, asking: Deciding, target: str) -> None:
        number, _ = asking.row("/non-compete-clauses/")
        asking.decide(number, 0, "redirect", target=f"{target}/there")
        assert f"Accepted: Redirect to {target.partition('://')[2]}/there by Ada" in asking.words(number)

    def test_a_dead_one_is_not(self, asking: Deciding, target: str) -> None:
        number, _ = asking.row("/non-compete-clauses/")
        said = asking.decide(number, 0, "redirect", status=200, target=f"{target}/nothing")
        assert "Nothing was changed" in said
        assert "not_found" in said
        assert asking.revision(number) == 0

    def test_of_one_that_leads_on_the_end_is_offered(self, asking: Deciding, target: str) -> None:
        number, _ = asking.row("/non-compete-clauses/")
        said = asking.decide(number, 0, "redirect", status=200, target=f"{target}/moved")
        assert f"leads on to {target}/there" in said
        assert "Take that one" in said

    def test_one_that_cannot_be_told_is_taken_anyway_when_a_person_says_so(
        self, deciding: Deciding, target: str
    ) -> None:
        number, _ = deciding.row("/non-compete-clauses/")
        said = deciding.decide(
            number, 0, "redirect", status=200, target=f"{target}/there"
        )  # an address of this machine
        assert "could not be told whether the target works" in said
        assert "Take it anyway" in said
        assert deciding.revision(number) == 0
        deciding.decide(number, 0, "redirect", target=f"{target}/there", anyway="1")
        assert "/there by Ada" in deciding.words(number)


class TestAllOfAView:
    def preview(self, deciding: Deciding, query: str) -> tuple[str, dict[str, str]]:
        html = deciding.pages.get(f"{deciding.table}/all?{query}").text
        fields = dict(re.findall(r'<input type="hidden" name="(view|action|token)" value="([^"]*)"', html))
        return " ".join(re.sub(r"<[^>]*>", " ", html).split()), {name: unescape(text) for name, text in fields.items()}

    def test_previewed_done_told_and_undone(self, deciding: Deciding) -> None:
        said, fields = self.preview(deciding, "confidence=0.99&action=accept")
        count = int(re.findall(r"Accept (\d+) proposals", said)[0])
        assert 1 < count < 24
        assert deciding.pages.get(f"{deciding.table}?state=accepted").text.count('id="row-') == 0
        done = deciding.pages.post(f"{deciding.table}/all", fields)
        assert done.status == 303
        place = done.headers["location"]
        assert "confidence=0.99" in place
        shown = deciding.pages.get(place).text
        assert f"{count} proposals accepted" in shown
        assert deciding.pages.get(f"{deciding.table}?state=accepted").text.count('id="row-') == count
        undo = re.findall(r'action="([^"]+/undo)"', shown)[0]
        undone = deciding.pages.post(undo, {"view": "confidence=0.99"})
        assert f"{count} decisions undone" in deciding.pages.get(undone.headers["location"]).text
        assert deciding.pages.get(f"{deciding.table}?state=accepted").text.count('id="row-') == 0

    def test_what_somebody_decided_meanwhile_is_left_alone(self, deciding: Deciding) -> None:
        number, _ = deciding.row("/non-compete-clauses/")
        _, fields = self.preview(deciding, "action=accept")
        deciding.decide(number, 0, "gone")
        place = deciding.pages.post(f"{deciding.table}/all", fields).headers["location"]
        assert deciding.pages.get(place).status == 200
        assert "Accepted: Leave gone" in deciding.words(number)

    def test_undoing_leaves_what_was_decided_since(self, deciding: Deciding) -> None:
        number, _ = deciding.row("/non-compete-clauses/")
        _, fields = self.preview(deciding, "action=accept")
        place = deciding.pages.post(f"{deciding.table}/all", fields).headers["location"]
        deciding.decide(number, deciding.revision(number), "restore")
        undo = re.findall(r'action="([^"]+/undo)"', deciding.pages.get(place).text)[0]
        shown = deciding.pages.get(deciding.pages.post(undo, {}).headers["location"]).text
        assert "1 page was left alone" in shown
        assert "Accepted: Restore" in deciding.words(number)

    def test_nothing_is_done_without_a_preview(self, deciding: Deciding) -> None:
        assert deciding.pages.post(f"{deciding.table}/all", {"action": "accept", "view": ""}).status == 400
        assert deciding.pages.post(f"{deciding.table}/all", {"action": "accept", "token": "99.0"}).status == 409
        assert deciding.pages.get(f"{deciding.table}/all?action=explode").status == 400
        assert deciding.pages.post(f"{deciding.table}/batches/99/undo", {}).status == 400


class TestHistory:
    def test_tells_who_decided_what_and_when(self, deciding: Deciding) -> None:
        number, _ = deciding.row("/non-compete-clauses/")
        deciding.decide(number, 0, "restore", note="worth it")
        shown = deciding.pages.get(f"{deciding.table}/history").text
        assert "Accepted: Restore" in shown
        assert "<bdi>Ada</bdi>" in shown
        assert "worth it" in shown
        assert f"?open={number}#pane" in shown
        assert deciding.pages.get(f"{deciding.table}/history?before=1").text.count("Accepted:") == 0


class TestSheet:
    def send(self, deciding: Deciding, name: str, data: bytes, **fields: str) -> tuple[int, str]:
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="sheet"; filename="{name}"\r\n\r\n'
        body = "".join(parts).encode() + head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Sec-Fetch-Site": "same-origin"}
        reply = deciding.pages.ask("POST", f"{deciding.table}/sheet", body, headers)
        return reply.status, " ".join(unescape(re.sub(r"<[^>]*>", " ", reply.text)).split())

    def sheet(self, deciding: Deciding) -> list[dict[str, str]]:
        text = deciding.pages.get(f"{deciding.table}/files/redirects.csv").text
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    def write(self, rows: list[dict[str, str]]) -> bytes:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        return stream.getvalue().encode("utf-8-sig")

    def test_goes_out_and_comes_back(self, deciding: Deciding) -> None:
        rows = self.sheet(deciding)
        rows[0]["decision"], rows[1]["decision"] = "accepted", "rejected"
        rows[2] |= {"decision": "accepted", "target": "nonsense://"}
        rows[3] |= {"decision": "perhaps"}
        status, said = self.send(deciding, "..\\my <b>sheet.csv", self.write(rows))
        assert status == 200
        assert "2 lines decided" in said
        assert "my <b>sheet.csv: 1 accepted, 1 rejected, 20 still open" in said
        assert "2 lines were not taken" in said
        assert "Line 4:" in said
        assert "Line 5:" in said
        assert deciding.pages.get(f"{deciding.table}?state=accepted").text.count('id="row-') == 1
        assert [row["decision"] for row in self.sheet(deciding)][:2] == ["accepted", "rejected"]
        history = deciding.pages.get(f"{deciding.table}/history").text
        assert "2 decisions from a sheet" in history
        undo = re.findall(r'action="([^"]+/undo)"', history)[0]
        assert deciding.pages.post(undo, {}).status == 303
        assert deciding.pages.get(f"{deciding.table}?state=accepted").text.count('id="row-') == 0

    def test_what_is_no_sheet_is_said_without_our_paths(self, deciding: Deciding) -> None:
        status, said = self.send(deciding, "photo.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
        assert status == 422
        assert "photo.png" in said
        assert "/tmp" not in said
        assert self.send(deciding, "", b"")[0] == 422

    def test_writes_nothing_into_the_workspace(self, deciding: Deciding) -> None:
        before = {path: path.stat().st_mtime_ns for path in (deciding.pages.workspace.folder / "report").rglob("*")}
        rows = self.sheet(deciding)
        rows[0]["decision"] = "accepted"
        assert self.send(deciding, "s.csv", self.write(rows))[0] == 200
        assert {
            path: path.stat().st_mtime_ns for path in Path(deciding.pages.workspace.folder / "report").rglob("*")
        } == before
