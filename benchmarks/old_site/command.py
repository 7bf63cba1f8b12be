"""The same through the real command: a site after its relaunch on loopback, audited with and without `--old`.

    python -m benchmarks.old_site.command [--folds DIR] [--sites DIR] [--limit N]

One real relaunch that was WordPress and one made-up shop whose old addresses are numbers. The new pages show their ids
as sites do (body class, JSON-LD). Prints right first answers, precision and coverage of the lines proposed at 0.95.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from urllib.parse import quote, unquote, urlsplit

from benchmarks.matching.sites import ORIGIN, shared_folder
from benchmarks.old_site.__main__ import Tally, with_ids
from benchmarks.old_site.records import SYSTEMS, OldSystem
from benchmarks.old_site.stories import Relaunch, made_up_relaunch, real_relaunch

from linkreclaim.model.matches import Match
from linkreclaim.model.pages import LivePage

NOT_FOUND = "<!doctype html><title>Not found</title><h1>Page not found</h1>"


def main() -> None:
    """Both relaunches, without and with the export."""
    arguments = _arguments()
    told: list[tuple[str, str, Relaunch]] = [
        ("numbered shop", "kept", made_up_relaunch("de", arguments.limit, Random("de")))
    ]
    folder = arguments.sites / arguments.site
    if folder.is_dir():
        told.insert(0, ("wordpress", "kept", real_relaunch(folder, arguments.limit, Random(arguments.site))))
    print(
        f"{'system':<15}{'site':<20}{'known':<10}{'target':>8}{'gone':>6}{'top1':>10}{'said95':>10}{'coverage':>10}{'none_ok':>10}"
    )
    for system, way, relaunch in told:
        model = _model(arguments.folds, relaunch.site)
        for known, tally in audit(system, way, relaunch, model).items():
            print(f"{system:<15}{relaunch.site:<20}{known:<10}{tally.row()}", flush=True)


def audit(system: str, way: str, relaunch: Relaunch, model: Sequence[str]) -> dict[str, Tally]:
    """One relaunch audited without and with `--old`."""
    random = Random(f"{system} {relaunch.site}")
    old = SYSTEMS[system](relaunch.stories, random)
    pages = with_ids(way, old, relaunch, random)
    with tempfile.TemporaryDirectory() as work, _served(pages) as origin:
        folder = Path(work)
        links, export = _write(folder, old, origin)
        found = {}
        for known, given in (("URL alone", []), ("--old", ["--old", str(export)])):
            command = [sys.executable, "-m", "linkreclaim", "audit", origin, "--links", str(links), *given, *model]
            command += [
                "--workspace",
                str(folder / known),
                "--allow-private",
                "--rate",
                "1000",
                "--quiet",
                "--no-read",
            ]
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
            found[known] = _score(folder / known / "report" / "summary.json", old, relaunch, origin)
    return found


def _score(summary: Path, old: OldSystem, relaunch: Relaunch, origin: str) -> Tally:
    rows = {row["url"]: row for row in json.loads(summary.read_text(encoding="utf-8"))["dead_pages"]}
    tally = Tally()
    for url, story in zip(old.urls, relaunch.stories, strict=True):
        row = rows.get(url.replace(ORIGIN, origin), {})
        first: dict[str, object] = next(iter(row.get("candidates") or []), {})
        confidence = float(str(first.get("confidence_0_1") or 0.0))
        target = str(first["url"]).replace(origin, ORIGIN) if first else None
        tally.add(Match(url, target, confidence, (), ""), story.right)
    return tally


def _write(folder: Path, old: OldSystem, origin: str) -> tuple[Path, Path]:
    links, export = folder / "links.csv", folder / "old.export"
    with links.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Referring page URL", "Target URL", "Anchor", "Domain rating"])
        rows.writerows(
            (f"http://127.0.1.1/{n}", url.replace(ORIGIN, origin), "here", 40) for n, url in enumerate(old.urls)
        )
    export.write_text(old.export.replace(ORIGIN, origin), encoding="utf-8")
    return links, export


@contextmanager
def _served(pages: Sequence[LivePage]) -> Iterator[str]:
    """The new site on a free port, with a sitemap; everything else is a 404."""
    bodies = {unquote(urlsplit(page.url).path): _html(page) for page in pages}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            found = None if parts.query else bodies.get(unquote(parts.path))
            if self.path == "/sitemap.xml":
                found = _sitemap(f"http://{self.headers['Host']}", bodies)
            payload = (found or NOT_FOUND).encode()
            self.send_response(200 if found else 404)
            self.send_header(
                "Content-Type", "text/html; charset=utf-8" if "<html" in (found or "<html") else "text/xml"
            )
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _sitemap(origin: str, paths: Sequence[str] | dict[str, str]) -> str:
    urls = "".join(f"<url><loc>{escape(origin + quote(path))}</loc></url>" for path in paths)
    return f"<urlset>{urls}</urlset>"


def _html(page: LivePage) -> str:
    """A page that shows its id as its system would: WordPress in the body's class, a shop as JSON-LD."""
    number = next((one.removeprefix("wp:") for one in page.ids if one.startswith("wp:")), "")
    sku = next((one.removeprefix("sku:") for one in page.ids if one.startswith("sku:")), "")
    data = json.dumps({"@context": "https://schema.org", "@type": "Product", "name": page.title, "sku": sku})
    script = f'<script type="application/ld+json">{data}</script>' if sku else ""
    heads = "".join(f"<h2>{escape(heading)}</h2>" for heading in page.headings[1:8])
    shown = f"single postid-{number}" if number else "page"
    return (
        f'<!doctype html><html lang="{escape(page.lang or "en")}"><head><meta charset="utf-8">'
        f'<title>{escape(page.title)}</title><meta name="description" content="{escape(page.description)}">{script}'
        f'</head><body class="{shown}"><main><h1>{escape(page.title)}</h1><p>{escape(page.text)}</p>{heads}'
        f"</main></body></html>"
    )


def _model(folds: Path | None, site: str) -> list[str]:
    if folds is None:
        return []
    file = json.loads((folds / "folds.json").read_text(encoding="utf-8")).get(site)
    return ["--model", str(folds / file)] if file else []


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--sites", type=Path, default=shared_folder() / "bench/redirects")
    parser.add_argument("--site", default="kubeflow")
    parser.add_argument("--limit", type=int, default=120)
    return parser.parse_args()


if __name__ == "__main__":
    main()
