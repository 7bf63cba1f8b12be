"""What a threshold accepted, in the page: shown as its decision, and decided otherwise by a person."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

from tests.store.dead_lists import HOST, NOW, Dead, listed
from tests.web.harness import DemoWorkspace, serve_pages

from linkreclaim.store.threshold_decisions import ThresholdAct


def words(html: str) -> str:
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def test_the_page_says_that_a_threshold_accepted_and_a_person_overrules_it(tmp_path: Path) -> None:
    later = NOW + timedelta(hours=1)
    dead = [Dead("/old", confidence_0_1=0.97), Dead("/unsure", confidence_0_1=0.6)]
    with listed(tmp_path / "ws", dead, {"/new": True}) as made:
        act = ThresholdAct(0.95, later, later)
        assert made.workspace.threshold_decisions.accept(made.site_id, made.run_id, act) == 1
        line = made.line("/old")
    table = f"/sites/{HOST}/dead-pages"
    with serve_pages(DemoWorkspace(tmp_path / "ws", HOST, HOST)) as served:
        served.enter()
        shown = words(served.get(f"{table}?open={line.url_id}").text)
        assert "Accepted: Redirect to /new by --accept 0.95" in shown
        assert "confidence >= 0.95" in shown
        assert "--accept 0.95 : 1 proposal accepted" in words(served.get(f"{table}/history").text)
        assert "1 lines that a person or --accept accepted" in served.get(f"/sites/{HOST}/redirects?server=nginx").text
        form = {"revision": str(line.revision), "view": "", "in": "pane", "action": "gone"}
        assert served.post(f"{table}/{line.url_id}/decide", form).status == 303
        assert "Accepted: Leave gone by Ada" in words(served.get(f"{table}?open={line.url_id}").text)


def test_the_form_of_an_audit_holds_the_threshold_while_its_acceptances_do(tmp_path: Path) -> None:
    later = NOW + timedelta(hours=1)
    form = f"/sites/{HOST}/runs/new"
    filled = re.compile(r'<input[^>]*name="accept"[^>]*value="0\.9"')
    with listed(tmp_path / "ws", [Dead("/old", confidence_0_1=0.97)], {"/new": True}) as made:
        thresholds = made.workspace.threshold_decisions
        with serve_pages(DemoWorkspace(tmp_path / "ws", HOST, HOST)) as served:
            served.enter()
            assert filled.search(served.get(form).text) is None
            thresholds.accept(made.site_id, made.run_id, ThresholdAct(0.9, later, later))
            assert filled.search(served.get(form).text)
            thresholds.take_back(made.site_id, made.run_id, None, later)
            assert filled.search(served.get(form).text) is None
