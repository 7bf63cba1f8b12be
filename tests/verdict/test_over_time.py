from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.model.series import HostLook, PastLook
from linkreclaim.model.verdicts import DEAD_KINDS, UNTOLD_KINDS, Verdict, VerdictKind
from linkreclaim.verdict import doubt_former_host, read_series
from linkreclaim.verdict.over_time import CONFIRM_LOOKS, CONFIRM_SPAN

START = datetime(2026, 11, 2, tzinfo=UTC)
ALIVE_KINDS = sorted(set(VerdictKind) - DEAD_KINDS - UNTOLD_KINDS)


def a_look(hour: int, kind: VerdictKind, dead: bool | None = None) -> PastLook:
    return PastLook(START + timedelta(hours=hour), kind, kind in DEAD_KINDS if dead is None else dead)


hours = st.lists(st.integers(0, 24 * 30), unique=True, max_size=12).map(sorted)
kinds = st.sampled_from(list(VerdictKind))


@st.composite
def pasts(draw: st.DrawFn) -> list[PastLook]:
    return [a_look(hour, draw(kinds)) for hour in draw(hours)]


@given(pasts())
def test_a_series_is_the_dead_looks_since_the_last_live_one(past: list[PastLook]) -> None:
    told = [look for look in past if look.dead or look.kind not in UNTOLD_KINDS]
    tail: list[PastLook] = []
    for look in reversed(told):
        if not look.dead:
            break
        tail.insert(0, look)
    series = read_series(past)
    if not tail:
        assert series is None
        return
    assert series is not None
    assert (series.first_seen_dead, series.last_seen_dead) == (tail[0].checked_at, tail[-1].checked_at)
    assert series.looks_dead == len(tail)
    assert series.confirmed == (len(tail) >= 3 and tail[-1].checked_at - tail[0].checked_at >= timedelta(days=3))


@given(pasts(), pasts(), st.sampled_from(ALIVE_KINDS))
def test_nothing_before_a_live_look_matters(before: list[PastLook], after: list[PastLook], kind: VerdictKind) -> None:
    assert read_series([*before, a_look(0, kind), *after]) == read_series(after)


@given(pasts(), st.integers(0, 12), st.sampled_from(sorted(UNTOLD_KINDS)))
def test_a_look_that_could_not_tell_changes_nothing(past: list[PastLook], place: int, kind: VerdictKind) -> None:
    assert read_series([*past[:place], a_look(0, kind), *past[place:]]) == read_series(past)


@given(pasts(), st.integers(1, 500))
def test_another_dead_look_never_takes_a_confirmation_back(past: list[PastLook], later: int) -> None:
    series = read_series(past)
    more = read_series([*past, a_look(24 * 30 + later, VerdictKind.GONE)])
    assert more is not None
    assert more.confirmed or series is None or not series.confirmed


def test_a_dead_former_host_counts_though_it_is_unreachable() -> None:
    looks = [a_look(hour, VerdictKind.UNREACHABLE, dead=True) for hour in (0, 36, 72)]
    series = read_series(looks)
    assert series is not None
    assert series.confirmed


SILENT = Verdict(VerdictKind.UNREACHABLE, "the former host answers at no look", 0.95, former_host=True)


@given(st.lists(st.booleans(), max_size=8), st.integers(0, 300))
def test_a_former_host_is_dead_when_it_never_answered_or_its_silence_is_confirmed(
    answered: list[bool], hours_after: int
) -> None:
    earlier = [HostLook(START + timedelta(days=n), each) for n, each in enumerate(answered)]
    now = START + timedelta(days=len(answered), hours=hours_after)
    told = doubt_former_host(SILENT, earlier, now)
    if True not in answered:
        assert told == SILENT
        return
    silent = answered[::-1].index(True)
    since = now - (START + timedelta(days=len(answered) - silent)) if silent else timedelta(0)
    assert told.dead == (silent + 1 >= CONFIRM_LOOKS and since >= CONFIRM_SPAN)
    assert told.kind is VerdictKind.UNREACHABLE
    assert any("last answered on" in fact for fact in told.evidence)


def test_other_verdicts_are_not_doubted() -> None:
    verdict = Verdict(VerdictKind.NOT_FOUND, "404", 0.97)
    assert doubt_former_host(verdict, [HostLook(START, True)], START) is verdict
