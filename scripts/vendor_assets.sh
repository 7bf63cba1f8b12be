#!/bin/sh
# Fetch the scripts that the local web page carries along, at the versions and checksums of its manifest.
# To change a version: write it into manifest.json, run this with --update, and look at the difference.
set -eu
cd "$(dirname "$0")/.."
exec .venv/bin/python - "$@" <<'PYTHON'
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path("src/linkreclaim/web/static/vendor")
manifest = VENDOR / "manifest.json"
assets = json.loads(manifest.read_text(encoding="utf-8"))
with tempfile.TemporaryDirectory() as folder:
    for asset in assets:
        package = f"{asset['package']}@{asset['version']}"
        command = ["npm", "pack", package, "--silent", "--ignore-scripts", "--pack-destination", folder]
        name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
        with tarfile.open(Path(folder, name)) as archive:
            for file in asset["files"]:
                member = archive.extractfile(f"package/{file['from']}")
                held = b"" if member is None else member.read()
                checksum = hashlib.sha256(held).hexdigest()
                if "--update" in sys.argv:
                    file["sha256"] = checksum
                elif checksum != file["sha256"]:
                    sys.exit(f"{package}: {file['from']} has checksum {checksum}, the manifest says {file['sha256']}")
                (VENDOR / file["name"]).write_bytes(held)
                print(f"{file['name']}: {package}, {len(held):,} bytes")
manifest.write_text(json.dumps(assets, indent=2) + "\n", encoding="utf-8")
PYTHON
