"""What several looks say together: a death is believed for good only when looks days apart agree on it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from linkreclaim.model.series import DeadSeries, HostLook, PastLook
from linkreclaim.model.verdicts import UNTOLD_KINDS, Verdict, VerdictKind

CONFIRM_LOOKS = 3
CONFIRM_SPAN = timedelta(days=3)
"""A death is confirmed by this many agreeing looks with at least this time between the first and the last of them.
Source: the Internet Archive Bot calls a link dead once it was "found dead at least 3 times", and one live check starts
the count anew; three days outlast a weekend of maintenance (our judgement)."""


def read_series(looks: Iterable[PastLook]) -> DeadSeries | None:
    """The present series of dead looks, given all looks at a URL, oldest first; None when the URL is not dead now.

    A look that saw the URL alive ends a series. One that could not tell neither counts nor ends it.
    """
    first: datetime | None = None
    last: datetime | None = None
    count = 0
    for look in looks:
        if look.dead:
            first, last, count = first or look.checked_at, look.checked_at, count + 1
        elif look.kind not in UNTOLD_KINDS:
            first, last, count = None, None, 0
    if first is None or last is None:
        return None
    return DeadSeries(first, last, count, count >= CONFIRM_LOOKS and last - first >= CONFIRM_SPAN)


def doubt_former_host(verdict: Verdict, earlier: Sequence[HostLook], now: datetime) -> Verdict:
    """The verdict on a URL of a former host that is silent now, in the light of earlier runs, oldest first.

    A host that answered at an earlier look is dead only once its silence since then is confirmed like any death; until
    then nothing can be told. One that never answered stays dead at once. Other verdicts come back as they are.
    """
    answered = [look.looked_at for look in earlier if look.answered]
    if not verdict.former_host or not answered:
        return verdict
    series = read_series([*map(_as_look, earlier), PastLook(now, VerdictKind.UNREACHABLE, dead=True)])
    said = f"the host last answered on {answered[-1]:%Y-%m-%d}"
    if series is not None and series.confirmed:
        return replace(verdict, evidence=(*verdict.evidence, f"{said}, and at none of {series.looks_dead} looks since"))
    return replace(
        verdict,
        reason=f"the former host answers nothing now, but did on {answered[-1]:%Y-%m-%d}; look again in a few days",
        verdict_confidence_0_1=0.5,
        evidence=(*verdict.evidence, said),
        former_host=False,
    )


def _as_look(host: HostLook) -> PastLook:
    kind = VerdictKind.ALIVE if host.answered else VerdictKind.UNREACHABLE
    return PastLook(host.looked_at, kind, dead=not host.answered)
