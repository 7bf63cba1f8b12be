"""Plays the scenes: serves each one, runs the real audit on it, and sums up what came of it."""

import csv
import os
import shlex
import shutil
import sys
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from linkreclaim.demo.exports import write_captures, write_exports
from linkreclaim.demo.scenes import Scene, read_scenes
from linkreclaim.demo.servers import LoopbackHosts, reserve_silent_address
from linkreclaim.demo.websites import Addresses, render_websites
from linkreclaim.errors import UsageError

_MARK = ".linkreclaim-demo"
"""A file that says that a folder was made by the demo, and may be made anew by it."""
_GOOD_EXITS = frozenset({0, 3})  # nothing to do, recoverable links found

RunAudit = Callable[[Sequence[str]], int]
"""Runs `linkreclaim` with these arguments (the first is `audit`) as a program of its own; returns its exit code."""


class Outcome(NamedTuple):
    """What came of one scene."""

    scene: Scene
    exit_code: int
    report: Path

    @property
    def good(self) -> bool:
        """Whether the audit ended as it should, with its report."""
        return self.exit_code in _GOOD_EXITS and self.report.is_file()


def run_demo(folder: Path, *, open_browser: bool, echo: Callable[[str], None], run_audit: RunAudit) -> int:
    """Play all scenes into a folder and say what each gave; 0 when all went well, else 1.

    Takes well under a minute. The first report is opened when `open_browser` and there is a screen to open it on.
    Raises UsageError when the folder holds something that the demo did not make.
    """
    outcomes = [play_scene(scene, folder, echo=echo, run_audit=run_audit) for scene in read_scenes()]
    echo("")
    for outcome in outcomes:
        echo(f"{outcome.scene.title}: {_sum_up(outcome)}")
        echo(f"  {outcome.report}")
    echo("\nThe websites are gone again. Now yours: linkreclaim audit example.com --links your-export.csv")
    if open_browser and outcomes[0].good and _has_screen():
        webbrowser.open(outcomes[0].report.resolve().as_uri())
    return 0 if all(outcome.good for outcome in outcomes) else 1


def play_scene(scene: Scene, folder: Path, *, echo: Callable[[str], None], run_audit: RunAudit) -> Outcome:
    """Serve one scene, write its owner's files into `folder`, and audit it; the websites are gone afterwards."""
    place = _make_folder(folder / scene.key)
    echo(f"\n{scene.title}\n{scene.story}")
    with serve_scene(scene) as addresses:
        arguments = write_inputs(scene, addresses, place)
        echo(f"$ linkreclaim {shlex.join(arguments)}\n")
        return Outcome(scene, run_audit(arguments), place / "report" / "report.html")


@contextmanager
def serve_scene(scene: Scene) -> Iterator[Addresses]:
    """All websites of a scene on loopback, until the block is left."""
    with LoopbackHosts(1 + len(scene.referrers)) as hosts, reserve_silent_address() as silent:
        site, *referrers = hosts.addresses
        addresses = Addresses(site, tuple(referrers), silent if scene.has_old_host else site)
        with hosts.serve(render_websites(scene, addresses)):
            yield addresses


def write_inputs(scene: Scene, addresses: Addresses, place: Path) -> list[str]:
    """Write the files that a scene's owner has into `place`; returns the arguments of the audit of them."""
    exports = write_exports(scene, addresses, place, date.today())
    captures = write_captures(scene, addresses, place)
    arguments = ["audit", f"http://{addresses.site}"]
    for export in exports:
        arguments += ["--links", str(export)]
    if captures is not None:
        arguments += ["--captures", str(captures)]
    if scene.has_old_host:
        arguments += ["--old-host", addresses.old_host]
    if scene.foreign:
        arguments.append("--foreign")
    if scene.accept_0_1 is not None:
        arguments += ["--accept", f"{scene.accept_0_1:g}"]
    return [*arguments, "--allow-private", "--workspace", str(place / "workspace"), "--out", str(place / "report")]


def _make_folder(place: Path) -> Path:
    """An empty folder: one of an earlier demo is made anew, any other is left alone."""
    if place.exists() and not (place / _MARK).is_file():
        raise UsageError(f"{place} was not made by the demo: name another folder with --folder")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / _MARK).touch()
    return place


def _sum_up(outcome: Outcome) -> str:
    if not outcome.good:
        return f"the audit ended with exit code {outcome.exit_code}"
    with (outcome.report.parent / "dead_pages.csv").open(encoding="utf-8-sig", newline="") as lines:
        linked = [row for row in csv.DictReader(lines) if row["links"] != "0"]
    links = sum(int(row["links"]) for row in linked)
    lost = f"{links} links lead to {len(linked)} dead {'page' if len(linked) == 1 else 'pages'}"
    if outcome.scene.foreign:
        return f"{lost}; prospects.csv lists whom to ask"
    return f"{lost}; a live page fits {sum(1 for row in linked if row['target_url'])} of them"


def _has_screen() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
