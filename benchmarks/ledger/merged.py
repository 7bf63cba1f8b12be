"""The same real dead URLs out of several tools' exports: is the merged ledger the truth?

    python -m benchmarks.ledger.merged [--shared DIR] [--site NAME] [--share 0.6]

The site laboratory serves a real site and writes its Ahrefs and Latest links exports; five more tools' exports are made
of the former, in their own spelling, each with a share of the links. The installed command audits each alone and all
together. A line says: backlinks, referring domains and dead pages in the ledger, each beside the number in the files
that were given; dead pages with more links than were given; and what each source misses of all.
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.ledger.exports import EXPORTS, Link

COMMAND = Path(sys.executable).with_name("linkreclaim")
DERIVED = ("semrush", "majestic", "se_ranking", "bing", "screaming_frog")


def main() -> None:
    """Print one JSON line for each export, and one for all together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = Path(__file__).resolve().parents[2]
    parser.add_argument(
        "--shared", type=Path, default=Path(os.environ.get("LINKRECLAIM_SHARED") or root.parent / "shared")
    )
    parser.add_argument("--site", default="cert-manager")
    parser.add_argument("--share", type=float, default=0.6)
    parser.add_argument("--port", type=int, default=8931)
    args = parser.parse_args()
    laboratory = args.shared / "bench" / "site_lab.py"
    if not laboratory.is_file():
        parser.exit(2, f"no site laboratory in {args.shared}: give --shared\n")
    with tempfile.TemporaryDirectory(prefix="linkreclaim-merged-") as name:
        folder = Path(name)
        site = args.shared / "bench" / "redirects" / args.site
        command = [sys.executable, str(laboratory), str(site), name, "--port", str(args.port)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
            try:
                address = json.loads((served.stdout or sys.stdin).readline())["site"]
                compare(folder, address, args.share)
            finally:
                served.terminate()


def compare(folder: Path, address: str, share: float) -> None:
    """Audit each export alone, then all."""
    links = read_links(folder / "ahrefs-backlinks.csv")
    with open(folder / "truth.jsonl", encoding="utf-8") as lines:
        kinds = {truth["url"]: truth["kind"] for truth in map(json.loads, lines)}
    given = {"ahrefs-backlinks": links, "latest-links": links}
    for tool in DERIVED:
        draw = random.Random(tool)
        given[tool] = [link for link in links if draw.random() < share]
        EXPORTS[tool].write(
            folder / f"{tool}.csv", (link._replace(target=spelled(tool, link.target)) for link in given[tool])
        )
    for name, known in given.items():
        show(name, [name], known, kinds, folder, address)
    show("all", list(given), links, kinds, folder, address)


def spelled(tool: str, url: str) -> str:
    """A spelling of the same URL that a server without TLS on an address of digits can answer."""
    return {"semrush": url.replace("http://", "HTTP://"), "majestic": f"{url}#comments"}.get(tool, url)


def read_links(path: Path) -> list[Link]:
    """The links of the laboratory's Ahrefs export."""
    with open(path, encoding="utf-16", newline="") as sheet:
        rows = csv.DictReader(sheet, delimiter="\t")
        return [Link(row["Referring page URL"], row["Target URL"], row["Anchor"]) for row in rows]


def show(name: str, files: list[str], links: list[Link], kinds: dict[str, str], folder: Path, address: str) -> None:
    """Audit some exports and compare the ledger with what they were made of."""
    workspace = folder / f"workspace-{name}"
    command = [
        str(COMMAND),
        "audit",
        address,
        "--workspace",
        str(workspace),
        "--allow-private",
        "--rate",
        "1000",
        "--quiet",
    ]
    for file in files:
        command += ["--links", str(folder / f"{file}.csv")]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    told = subprocess.run(
        [str(COMMAND), "ledger", "--json", "--workspace", str(workspace)], check=True, capture_output=True, text=True
    )
    view = json.loads(told.stdout)
    result = json.loads((workspace / "report" / "summary.json").read_text(encoding="utf-8"))
    total = view["total"]
    dead = {link.target for link in links if kinds[link.target] == "dead"}
    counted = {row["url"].partition("#")[0].replace("HTTP://", "http://"): row["links"] for row in result["dead_pages"]}
    claimed = Counter(link.target for link in links if link.target in dead)
    figures = {
        "export": name,
        "backlinks": [total["backlinks"] + view["backlinks_gone"], len(set(links))],
        "gone": view["backlinks_gone"],
        "referring_domains": [total["referring_domains"], len({urlsplit(link.page).netloc for link in links})],
        "dead": [total["dead_targets"], len(dead)],
        "dead_with_too_many_links": sum(links > claimed[url] for url, links in counted.items()),
        "missed": [source["missed"]["backlinks"] for source in view["sources"]],
    }
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
