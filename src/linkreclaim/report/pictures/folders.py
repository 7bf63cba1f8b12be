"""From which folders lost pages go to which folders of the site: counted in one pass, in bounded memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from linkreclaim.model.decisions import DecisionState
from linkreclaim.model.judgements import NEVER_REDIRECTED, Disposition
from linkreclaim.model.reports import DeadPageRow
from linkreclaim.report.escape import read_aloud
from linkreclaim.report.figures import keep_share
from linkreclaim.report.pictures.picture import Ink, Picture
from linkreclaim.report.pictures.sankey import Flow, draw_sankey
from linkreclaim.urls import parse

NODES_SHOWN = 9
"""Folders shown by name on each side; the others are one node (our choice: a label needs 30 pixels)."""
_PAIRS_HELD = 20_000
_FEW_FOLDERS = 3
"""With fewer lost folders than this, the folders inside them are shown: one wide band would say nothing."""
OTHER = "other folders"
_TOP_LEVEL = "/ (top level)"

_Pair = tuple[str, str]
_WITHOUT_TARGET: dict[Disposition, tuple[str, Ink]] = {
    Disposition.REDIRECT: ("to be looked at", Ink.UNTOLD),
    Disposition.RESTORE: ("page to bring back", Ink.UNTOLD),
    Disposition.GONE: ("to stay gone", Ink.LOST),
    Disposition.FIX_AT_SOURCE: ("to be fixed by others", Ink.UNTOLD),
    Disposition.IGNORE: ("nothing to do", Ink.LOST),
    Disposition.REVIEW: ("to be looked at", Ink.UNTOLD),
}
_REFUSED = ("redirect refused", Ink.LOST)


@dataclass(slots=True)
class _Sum:
    share: float = 0.0
    pages: int = 0
    ink: Ink = Ink.GAIN

    def add(self, share: float, pages: int) -> None:
        self.share += share
        self.pages += pages


@dataclass(slots=True)
class FolderFlows:
    """What each folder lost, and where it should go; at most 20,000 pairs of folders are told apart."""

    pairs: dict[_Pair, _Sum] = field(default_factory=dict)

    def add(self, row: DeadPageRow) -> None:
        """Count a dead page with links; what never was a page of the owner's is no loss."""
        if row.cause in NEVER_REDIRECTED:
            return
        target, ink = _where_to(row)
        pair = (_folder(row.url, whole_host=row.former_host), target)
        if pair not in self.pairs and len(self.pairs) >= _PAIRS_HELD:
            pair = (OTHER, target if ink is not Ink.GAIN else OTHER)
        self.pairs.setdefault(pair, _Sum(ink=ink)).add(keep_share(row.equity_share_0_1), 1)

    def flows(self) -> list[Flow]:
        """The flows to draw: the largest folders by name, all others together."""
        pairs = _merge(self.pairs, _depth(self.pairs, 0), _depth(self.pairs, 1))
        sources, targets = _largest(pairs, 0), _largest(pairs, 1)
        merged = _merge(pairs, lambda name: name if name in sources else OTHER, lambda n: n if n in targets else OTHER)
        return [Flow(source, target, each.share, each.pages, each.ink) for (source, target), each in merged.items()]


def draw_folders(name: str, counted: FolderFlows) -> Picture | None:
    """The Sankey diagram of a site's lost folders; None where there is nothing to tell apart."""
    return draw_flows(name, counted.flows())


def draw_flows(name: str, counted: Sequence[Flow]) -> Picture | None:
    """The same of flows that were counted earlier."""
    flows = [flow for flow in counted if flow.share_0_1 > 0]
    if len(flows) < 2:
        return None
    hosts = {flow.source.partition("/")[0] for flow in flows if flow.source != OTHER}
    host = hosts.pop() if len(hosts) == 1 else ""
    flows = [flow._replace(source=flow.source.removeprefix(host)) for flow in flows]
    title = f"From lost folders{host and f' of {host}'} to where their links should lead"
    return draw_sankey(name, title, flows, ("Lost in", "Should lead to"))


def _where_to(row: DeadPageRow) -> tuple[str, Ink]:
    if row.decision is DecisionState.REJECTED:
        return _REFUSED
    if row.target_url and row.disposition is Disposition.REDIRECT:
        return _folder(row.target_url, whole_host=False), Ink.GAIN
    return _WITHOUT_TARGET[row.disposition]


def _folder(url: str, whole_host: bool) -> str:
    """The first two folders that a page lies in: `/blog/2019/`; with the host where that is a former one."""
    parsed = parse(url)
    if parsed is None:
        return OTHER
    path = parsed.request_target.partition("?")[0]
    names = [name for name in path.split("/") if name][:-1][:2]
    host = parsed.netloc if whole_host else ""
    return host + read_aloud(f"/{'/'.join(names)}/") if names else f"{host}{_TOP_LEVEL}"


def _outer(folder: str) -> str:
    """The outer folder of a folder; words that are none stay as they are."""
    host, slash, rest = folder.partition("/")
    name = rest.partition("/")[0]
    return f"{host}/{name}/" if slash and "/" in rest else folder


def _depth(pairs: dict[_Pair, _Sum], side: int) -> Callable[[str], str]:
    """How the folders of one side are shown: by the outer one, where that tells enough of them apart."""
    outer = {_outer(pair[side]) for pair, each in pairs.items() if side == 0 or each.ink is Ink.GAIN}
    return _outer if len(outer) >= _FEW_FOLDERS else str


def _merge(pairs: dict[_Pair, _Sum], source: Callable[[str], str], target: Callable[[str], str]) -> dict[_Pair, _Sum]:
    merged: dict[_Pair, _Sum] = {}
    for (left, right), each in pairs.items():
        pair = (source(left), right if each.ink is not Ink.GAIN else target(right))
        merged.setdefault(pair, _Sum(ink=each.ink)).add(each.share, each.pages)
    return merged


def _largest(pairs: dict[_Pair, _Sum], side: int) -> Sequence[str]:
    sums: dict[str, float] = {}
    for pair, each in pairs.items():
        if side == 0 or each.ink is Ink.GAIN:
            sums[pair[side]] = sums.get(pair[side], 0.0) + each.share
    return sorted(sums, key=lambda name: -sums[name])[:NODES_SHOWN]
