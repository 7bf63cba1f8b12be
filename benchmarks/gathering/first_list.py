"""How long the first ranked list takes, and in what memory: the installed command until checking begins.

    python -m benchmarks.gathering.first_list [--rows 30000,300000,1000000] [--encoding utf-16]

An Ahrefs export is made for a site on loopback; the clock runs from the start of `linkreclaim audit` until its
provisional report is there, then the command is ended. Peak memory is the command's own process (VmHWM, Linux).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.gathering.exports import write_export


class Nothing(BaseHTTPRequestHandler):
    """Answers every request with 404."""

    def do_GET(self) -> None:
        """No page is here."""
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def measure(rows: int, encoding: str, site: str, folder: Path) -> dict[str, object]:
    """Seconds and peak MB until the provisional report of one export is there."""
    export, workspace = folder / f"{rows}.csv", folder / f"ws-{rows}"
    write_export(export, rows, site, encoding)
    command = [str(Path(sys.executable).with_name("linkreclaim")), "audit", site, "--links", str(export)]
    command += ["--allow-private", "--no-read", "--quiet", "--workspace", str(workspace)]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    report = workspace / "report" / "report.html"
    while not report.exists() and process.poll() is None:
        time.sleep(0.02)
    seconds = time.monotonic() - started
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    process.kill()
    process.wait()
    return {"rows": rows, "encoding": encoding, "seconds": round(seconds, 1), "peak_mb": peak_kb // 1024}


def main() -> None:
    """Print one JSON line a size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="30000,300000,1000000")
    parser.add_argument("--encoding", default="utf-16")
    args = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Nothing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="linkreclaim-first-list-") as folder:
        for rows in map(int, args.rows.split(",")):
            site = f"http://127.0.0.1:{server.server_address[1]}"
            print(json.dumps(measure(rows, args.encoding, site, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
