"""Where the lost value should go: a Sankey diagram of two columns."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from linkreclaim.report.figures import keep_share, show_count, show_percent
from linkreclaim.report.pictures.picture import COLOURS, Ink, Picture, element, fill_box, fit_text, show_number, write

WIDTH_PX = 720.0
_SIDE_PX, _NODE_PX, _GAP_PX = 230.0, 10.0, 14.0
_EDGE_PX = 8.0  # above and below: half a label
_PER_NODE_PX, _LEAST_HEIGHT_PX, _LEAST_NODE_PX = 34.0, 150.0, 3.0
_SWEEPS = 4
"""Rounds of moving each node to the mean height of those it is tied to: two columns settle within that (our tests)."""


class Flow(NamedTuple):
    """What goes from one place to another."""

    source: str
    target: str
    share_0_1: float
    pages: int
    ink: Ink = Ink.GAIN


class _Node(NamedTuple):
    name: str
    share: float
    top: float
    height: float


def draw_sankey(name: str, title: str, flows: Sequence[Flow], columns: tuple[str, str]) -> Picture:
    """A band for each flow, as thick as its share; nodes are ordered so that few bands cross.

    `columns` name the two sides in the table.
    """
    shown = [flow for flow in flows if keep_share(flow.share_0_1) > 0]
    left, right = _order(shown)
    height = max(_LEAST_HEIGHT_PX, _PER_NODE_PX * max(len(left), len(right)))
    sources, targets = _place(left, _sums(shown, 0), height), _place(right, _sums(shown, 1), height)
    inks = {flow.target: flow.ink for flow in shown}
    body = [_draw_bands(shown, sources, targets)]
    for node in sources.values():
        body.append(_draw_node(node, _SIDE_PX, Ink.LOST, on_left=True))
    for node in targets.values():
        body.append(_draw_node(node, WIDTH_PX - _SIDE_PX - _NODE_PX, inks[node.name], on_left=False))
    ranked = sorted(flows, key=lambda flow: -flow.share_0_1)
    rows = tuple((f.source, f.target, show_percent(f.share_0_1), show_count(f.pages)) for f in ranked)
    words = "; ".join(f"{source} to {target}: {share}" for source, target, share, _ in rows[:8])
    table = (*columns, "Share of the lost value", "Pages")
    return Picture(name, title, words, WIDTH_PX, height, "".join(body), table, rows)


def _order(flows: Sequence[Flow]) -> tuple[list[str], list[str]]:
    """Both columns, largest first, then moved in turns to the mean place of what each node is tied to."""
    left = _by_size(_sums(flows, 0))
    right = _by_size(_sums(flows, 1))
    for _ in range(_SWEEPS):
        right = _pull(right, left, flows, side=1)
        left = _pull(left, right, flows, side=0)
    return left, _pull(right, left, flows, side=1)


def _sums(flows: Sequence[Flow], side: int) -> dict[str, float]:
    sums: dict[str, float] = {}
    for flow in flows:
        end = _end(flow, side)
        sums[end] = sums.get(end, 0.0) + keep_share(flow.share_0_1)
    return sums


def _end(flow: Flow, side: int) -> str:
    return flow.target if side else flow.source


def _by_size(sums: Mapping[str, float]) -> list[str]:
    return sorted(sums, key=lambda node: (-sums[node], node))


def _pull(nodes: Sequence[str], others: Sequence[str], flows: Sequence[Flow], side: int) -> list[str]:
    places = {node: place for place, node in enumerate(others)}
    sums = _sums(flows, side)
    means = dict.fromkeys(nodes, 0.0)
    for flow in flows:
        end = _end(flow, side)
        means[end] += places[_end(flow, 1 - side)] * keep_share(flow.share_0_1) / sums[end]
    return sorted(nodes, key=lambda node: means[node])  # stable: ties stay as they are


def _place(nodes: Sequence[str], sums: Mapping[str, float], height: float) -> dict[str, _Node]:
    """Each node where it stands; the column is spread over the whole height."""
    room = height - 2 * _EDGE_PX - _GAP_PX * max(len(nodes) - 1, 0)
    heights = [max(_LEAST_NODE_PX, room * sums[node] / max(sum(sums.values()), 1e-9)) for node in nodes]
    shrink = room / max(sum(heights), room)
    placed, top = {}, _EDGE_PX
    for node, tall in zip(nodes, heights, strict=True):
        placed[node] = _Node(node, sums[node], top, tall * shrink)
        top += tall * shrink + _GAP_PX
    return placed


def _draw_bands(flows: Sequence[Flow], sources: Mapping[str, _Node], targets: Mapping[str, _Node]) -> str:
    """Bands leave and enter each node in the order of its other ends, so that they cross only between the columns."""
    leaves = _stack(flows, sources, 0, targets)
    enters = _stack(flows, targets, 1, sources)
    return "".join(_draw_band(flow, leaves[n], enters[n]) for n, flow in enumerate(flows))


def _stack(
    flows: Sequence[Flow], nodes: Mapping[str, _Node], side: int, others: Mapping[str, _Node]
) -> dict[int, tuple[float, float]]:
    """(top, height) of the end of each band at the nodes of one side."""
    free = {name: node.top for name, node in nodes.items()}
    ends = {}
    for number in sorted(range(len(flows)), key=lambda n: others[_end(flows[n], 1 - side)].top):
        node = nodes[_end(flows[number], side)]
        tall = node.height * keep_share(flows[number].share_0_1) / node.share
        ends[number] = (free[node.name], tall)
        free[node.name] += tall
    return ends


def _draw_band(flow: Flow, leaves: tuple[float, float], enters: tuple[float, float]) -> str:
    start, end = _SIDE_PX + _NODE_PX, WIDTH_PX - _SIDE_PX - _NODE_PX
    middle = (start + end) / 2
    (top, tall), (arrives, thick) = leaves, enters
    x0, x1, xm = map(show_number, (start, end, middle))
    y0, y1, y2, y3 = map(show_number, (top, arrives, arrives + thick, top + tall))
    way = f"M{x0},{y0}C{xm},{y0} {xm},{y1} {x1},{y1}L{x1},{y2}C{xm},{y2} {xm},{y3} {x0},{y3}Z"
    return element("path", d=way, fill=COLOURS[flow.ink], fill_opacity="0.35", class_=f"ink-{flow.ink}")


def _draw_node(node: _Node, x: float, ink: Ink, on_left: bool) -> str:
    box = fill_box(x, node.top, _NODE_PX, max(node.height, 1.0), ink, f"{node.name}: {show_percent(node.share)}")
    base = node.top + node.height / 2 + 4.5
    share = show_percent(node.share)
    room = _SIDE_PX - 64.0
    if on_left:
        return (
            box
            + write(x - 8, base, share, Ink.MUTED, "end")
            + write(x - 56, base, fit_text(node.name, room), anchor="end")
        )
    after = x + _NODE_PX + 8
    return box + write(after, base, share, Ink.MUTED) + write(after + 48, base, fit_text(node.name, room))
