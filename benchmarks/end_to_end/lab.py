"""Audit real sites end to end on loopback and score every answer against the truth.

    lab.py [--shared DIR] [--sites a,b,...] [--modes hard,gone,soft,home,old-host] [--exports ahrefs,latest]
           [--folds DIR] [--limit N] [--rate R] [--keep DIR]

Each run starts the site laboratory (real pages, real dead URLs, made-up referring sites; see its own help), then the
installed command as a user would give it, with captures and `--accept 0.95`, and compares `summary.json` with the
truth: dead targets that still have a live link and were found; other targets called dead; the right page first (macro
over sites; `also_ok` pages count as right); and of the lines accepted at 0.95, how many are right. With `--folds` each
site is matched by a model that never saw it (made by benchmarks/matching/train.py).
"""

import argparse
import gzip
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_SITES = (
    "azure-dev-docs-de,canonical-com,cert-manager,dart-dev,hugo-docs,kubeflow,pingcap-docs-cn,robjhyndman,tts-handbook"
)
EXPORTS = {"ahrefs": "ahrefs-backlinks.csv", "latest": "latest-links.csv"}


@dataclass
class Score:
    """What one run got right."""

    site: str
    mode: str
    export: str
    dead: int = 0  # dead targets that still have a live link
    found: int = 0
    wrong_dead: int = 0
    with_target: int = 0
    first: int = 0
    proposed: int = 0
    said95: int = 0
    said95_right: int = 0
    seconds: float = 0.0
    exit_code: int = 0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def key(url: str) -> str:
    """Page identity of the benchmark's scorer: path without trailing slash, index file or fragment."""
    path = urlsplit(url).path
    for tail in ("index.html", "index.htm"):
        if path.endswith("/" + tail):
            path = path[: -len(tail)]
    return path.rstrip("/") or "/"


def also_right(site_dir: Path) -> dict[str, set[str]]:
    """{old path: keys of pages as right as the target}."""
    with gzip.open(site_dir / "cases.jsonl.gz", "rt", encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines if line.strip()]
    return {case["old_url"]: {key(url) for url in case.get("also_ok") or []} for case in cases}


def command(lab: dict[str, str], work: Path, export: str, mode: str, args: argparse.Namespace, site: str) -> list[str]:
    """The audit as a user would give it."""
    port = urlsplit(lab["site"]).port
    given = [args.command, "audit", lab["site"], "--links", str(work / EXPORTS[export])]
    given += ["--captures", str(work / "captures"), "--workspace", str(work / f"ws-{export}"), "--allow-private"]
    given += ["--accept", "0.95", "--rate", str(args.rate), "--quiet"]
    if mode == "old-host":
        given += ["--old-host", f"127.0.0.9:{port}"]
    if args.folds:
        given += ["--model", str(Path(args.folds) / json.loads((Path(args.folds) / "folds.json").read_text())[site])]
    return given


def score_run(site_dir: Path, work: Path, mode: str, export: str) -> Score:
    """Compare a finished run with the truth."""
    score = Score(site_dir.name, mode, export)
    truth = [json.loads(line) for line in (work / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    alike = also_right(site_dir)
    summary = json.loads((work / f"ws-{export}" / "report" / "summary.json").read_text(encoding="utf-8"))
    rows = {key_of_target(row["url"]): row for row in summary["dead_pages"]}
    for target in truth:
        row = rows.get(key_of_target(target["url"]))
        if target["kind"] != "dead":
            score.wrong_dead += row is not None
            continue
        if target["live_links"]:
            score.dead += 1
            score.found += row is not None
        if row is not None:
            count_match(score, row, target, alike)
    return score


def key_of_target(url: str) -> str:
    """Host, path and query: what makes two targets the same."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}?{parts.query}"


def count_match(score: Score, row: dict[str, object], target: dict[str, str], alike: dict[str, set[str]]) -> None:
    """Count one dead page's answer."""
    old = urlsplit(target["url"])
    right = set() if not target["target_url"] else {key(target["target_url"])}
    right |= alike.get(old.path + ("?" + old.query if old.query else ""), set()) if right else set()
    candidates = [c["url"] for c in row["candidates"]]  # type: ignore[attr-defined]
    proposed = row["target_url"]
    if right:
        score.with_target += 1
        score.first += bool(candidates) and key(candidates[0]) in right
        score.proposed += isinstance(proposed, str) and key(proposed) in right
    if row["decision"] == "accepted":
        score.said95 += 1
        score.said95_right += isinstance(proposed, str) and key(proposed) in right


def run_mode(site: str, mode: str, args: argparse.Namespace) -> list[Score]:
    """Serve one site in one mode and audit it from each export."""
    site_dir = Path(args.shared) / "bench" / "redirects" / site
    work = Path(tempfile.mkdtemp(prefix=f"lab-{site}-{mode}-", dir=args.keep))
    serve = [sys.executable, str(Path(args.shared) / "bench" / "site_lab.py"), str(site_dir), str(work)]
    serve += ["--port", str(free_port()), "--limit", str(args.limit)]
    serve += ["--old-host"] if mode == "old-host" else ["--dead", mode]
    server = subprocess.Popen(serve, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        lab = json.loads(server.stdout.readline())
        scores = []
        for export in args.exports.split(","):
            started = time.monotonic()
            done = subprocess.run(command(lab, work, export, mode, args, site), stdout=subprocess.DEVNULL)
            score = score_run(site_dir, work, mode, export)
            score.seconds, score.exit_code = time.monotonic() - started, done.returncode
            print_row(score)
            scores.append(score)
        return scores
    finally:
        server.terminate()
        server.wait()


def print_header() -> None:
    """Column heads of the table."""
    names = ("found", "wrong", "first", "proposed", "said95", "prec95", "s", "exit")
    print(f"{'site':<22}{'mode':<10}{'export':<8}{'dead':>6}" + "".join(f"{name:>9}" for name in names), flush=True)


def print_row(s: Score) -> None:
    """One run as a line of the table."""
    cells = [share(s.found, s.dead), str(s.wrong_dead), share(s.first, s.with_target), share(s.proposed, s.with_target)]
    cells += (str(s.said95), share(s.said95_right, s.said95), f"{s.seconds:.1f}", str(s.exit_code))
    print(f"{s.site:<22}{s.mode:<10}{s.export:<8}{s.dead:>6}" + "".join(f"{cell:>9}" for cell in cells), flush=True)


def share(part: int, whole: int) -> str:
    """A share as text, a dash of nothing."""
    return f"{part / whole:.3f}" if whole else "-"


def print_totals(scores: list[Score]) -> None:
    """Macro and pooled figures, as JSON."""
    firsts = [s.first / s.with_target for s in scores if s.with_target]
    said, right = sum(s.said95 for s in scores), sum(s.said95_right for s in scores)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "runs": len(scores),
                "found": round(sum(s.found for s in scores) / max(1, sum(s.dead for s in scores)), 4),
                "worst_found": min((round(s.found / s.dead, 4) for s in scores if s.dead), default=None),
                "wrong_dead": sum(s.wrong_dead for s in scores),
                "first_macro": round(sum(firsts) / max(1, len(firsts)), 4),
                "said95_precision": round(right / said, 4) if said else None,
                "said95_lines": said,
                "peak_rss_mb": round(peak),
            }
        )
    )


def main() -> None:
    """Run the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", default=os.environ.get("LINKRECLAIM_SHARED", "../shared"))
    parser.add_argument("--command", default=str(Path(sys.executable).with_name("linkreclaim")))
    parser.add_argument("--sites", default=DEFAULT_SITES)
    parser.add_argument("--modes", default="hard,gone,soft,home,old-host")
    parser.add_argument("--exports", default="ahrefs,latest")
    parser.add_argument("--folds", default=None)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--rate", type=float, default=100.0)
    parser.add_argument("--keep", default=None)
    args = parser.parse_args()
    print_header()
    scores: list[Score] = []
    for site in args.sites.split(","):
        for mode in args.modes.split(","):
            scores += run_mode(site, mode, args)
    print_totals(scores)


if __name__ == "__main__":
    main()
