"""What the store keeps of looks over several runs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkreclaim.model.series import HostLook, PastLook
from linkreclaim.model.verdicts import Answer, FailureKind, Hop, Look, Verdict, VerdictKind
from linkreclaim.store import Workspace, open_workspace

START = datetime(2026, 11, 2, tzinfo=UTC)
KIND = "target"
ALIVE = Verdict(VerdictKind.ALIVE, "", 0.9)
SILENT = Verdict(VerdictKind.UNREACHABLE, "", 0.9)
SKIPPED = Verdict(VerdictKind.SKIPPED, "", 0.9)


def a_run(workspace: Workspace, day: int, *looks: Look) -> int:
    """A finished run of that day with these looks."""
    run = workspace.runs.begin(workspace.ledger.site_id("shop.example"), str(day), START + timedelta(days=day))
    workspace.tasks.add(run.id, KIND, [look.url for look in looks])
    results = [(workspace.urls.id_of(look.url) or 0, look, None) for look in looks]
    if results:
        workspace.looks.save(run.id, KIND, results)
    workspace.runs.finish(run.id, START + timedelta(days=day))
    return run.id


def a_look(url: str, verdict: Verdict, day: int, status: int | None = None) -> Look:
    failure = None if status else FailureKind.REFUSED
    answer = Answer(url, (Hop(url, status),) if status else (), failure=failure)
    return Look(url, answer, verdict, START + timedelta(days=day))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.dictionaries(st.integers(0, 4), st.sampled_from(list(VerdictKind))), min_size=1, max_size=6))
def test_past_looks_are_those_up_to_the_run(tmp_path: Path, runs: list[dict[int, VerdictKind]]) -> None:
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    with open_workspace(folder) as workspace:
        numbers = []
        for day, kinds in enumerate(runs):
            looks = [a_look(f"https://shop.example/{n}", Verdict(k, "", 0.9), day, 200) for n, k in kinds.items()]
            numbers.append(a_run(workspace, day, *looks))
        urls = {n: workspace.urls.id_of(f"https://shop.example/{n}") for n in range(5)}
        known = [number for number in urls.values() if number is not None]
        for upto, number in enumerate(numbers):
            past = workspace.looks.past(number, known)
            expected = {}
            for n in runs[upto]:
                series = [(day, kinds[n]) for day, kinds in enumerate(runs[: upto + 1]) if n in kinds]
                expected[urls[n]] = [
                    PastLook(START + timedelta(days=day), kind, Verdict(kind, "", 0.9).dead) for day, kind in series
                ]
            assert past == expected


def test_a_host_is_remembered_by_name_and_port(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        a_run(workspace, 0, a_look("http://old.example/a", ALIVE, 0, 404), a_look("http://old.example/b", SILENT, 0))
        a_run(
            workspace, 1, a_look("https://old.example/c", SILENT, 1), a_look("http://www.old.example/", ALIVE, 1, 200)
        )
        a_run(workspace, 2, a_look("http://old.example/a", SKIPPED, 2))
        a_run(
            workspace,
            3,
            a_look("http://old.example:81/a", ALIVE, 3, 200),
            a_look("http://old.example0/", ALIVE, 3, 200),
        )
        last = a_run(workspace, 4, a_look("http://old.example/a", ALIVE, 4, 200))
        days = [START + timedelta(days=day) for day in range(5)]
        assert workspace.looks.of_host("old.example", last) == [HostLook(days[0], True), HostLook(days[1], False)]
        assert workspace.looks.of_host("www.old.example", last) == [HostLook(days[1], True)]
        assert workspace.looks.of_host("old.example:81", last) == [HostLook(days[3], True)]
        assert workspace.looks.of_host("else.example", last) == []


def test_withdrawn_looks_are_asked_again_and_shared_answers_forgotten(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        tasks, documents = workspace.tasks, workspace.documents
        number = a_run(workspace, 0, *(a_look(f"https://shop.example/{n}", ALIVE, 0, 200) for n in range(3)))
        for name in ("home https://shop.example", "host http://old.example", "robots https://else.example"):
            documents.save(number, name, 403, b"")
        taken = tasks.answered(number, KIND, [VerdictKind.ALIVE])[:2]
        workspace.looks.withdraw(
            number, KIND, [task.url_id for task in taken], ["home ", "robots https://shop.example"]
        )
        assert tasks.open(number, KIND, 10) == taken
        assert tasks.counts(number, KIND) == (1, 3)
        assert len(tasks.answered(number, KIND, VerdictKind)) == 1
        assert documents.get(number, "home https://shop.example") is None
        assert documents.get(number, "host http://old.example") is not None
        assert documents.get(number, "robots https://else.example") is not None
