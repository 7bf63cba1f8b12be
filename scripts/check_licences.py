"""Check what an install of linkreclaim brings along: the licence of every package, how many they are and their size.

`docs/licences.md` is the report. Without --write the script fails when the report is out of date, when a licence is
refused or unknown, or when the default install is heavier than it may be.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "licences.md"
MOST_PACKAGES = 40
MOST_BYTES = 170_000_000

FREE = frozenset(
    {"MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "ISC", "PSF-2.0", "Python-2.0"}
    | {"CNRI-Python", "Unlicense", "Zlib", "CC0-1.0", "BSL-1.0", "NCSA"}
)
"""Allowed anywhere, alone or joined by AND."""
UNMODIFIED_ONLY = frozenset({"MPL-2.0", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later"})
"""Allowed as an unmodified dependency that the user's installer fetches; never copied into the project."""

NAMES = {
    "mit": "MIT",
    "mit license": "MIT",
    "the mit license": "MIT",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd-3-clause license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "isc license (iscl)": "ISC",
}
"""Free text of the older metadata fields, lower case, and the SPDX identifier it means."""


@dataclass(frozen=True, slots=True)
class Row:
    """One package of the report."""

    name: str
    licence: str  # SPDX expression, or the raw text when it is none
    verdict: str  # "free", "unmodified dependency only", "refused"
    part: str  # "default install" or the extra that brings it


def read_names(path: Path) -> Iterator[str]:
    """Names of the packages that a locked requirements file installs on this Python."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line[:1].isalnum():
            continue
        requirement = Requirement(line.removesuffix("\\").strip())
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement.name


def stated_licence(found: Distribution) -> str:
    """The licence as an SPDX expression where the metadata can be read as one, else its raw text."""
    fields = found.metadata
    classifiers = [
        line.rsplit(" :: ", 1)[1]
        for line in fields.get_all("Classifier") or []
        if line.startswith("License :: ") and not line.endswith("OSI Approved")
    ]
    first_lines = [text.strip().partition("\n")[0] for text in fields.get_all("License") or []]
    stated = [*(fields.get_all("License-Expression") or []), *first_lines, *classifiers]
    for text in filter(None, stated):
        try:
            return canonicalize_license_expression(NAMES.get(text.lower(), text))
        except InvalidLicenseExpression:
            continue
    return "; ".join(stated) or "none stated"


def judge(expression: str) -> str:
    """What the project may do with a package under an SPDX expression; of an OR, the best choice counts."""
    if " OR " in expression and "(" not in expression:
        verdicts = [judge(choice) for choice in expression.split(" OR ")]
        return min(verdicts, key=("free", "unmodified dependency only", "refused").index)
    words = expression.replace("(", " ").replace(")", " ").split()
    names = {word for word in words if word not in ("AND", "OR")}
    if names <= FREE:
        return "free"
    return "unmodified dependency only" if names <= FREE | UNMODIFIED_ONLY else "refused"


def judge_package(name: str, part: str) -> Row:
    """One row of the report, from the metadata of the installed package."""
    licence = stated_licence(distribution(name))
    return Row(name, licence, judge(licence), part)


def size_bytes(name: str) -> int:
    """Bytes of all files a package installed."""
    files = distribution(name).files or []
    return sum(path.stat().st_size for path in (Path(str(file.locate())) for file in files) if path.is_file())


def render_report(rows: Iterable[Row]) -> str:
    """The report as Markdown."""
    lines = [
        "# Licences of what an install brings along",
        "",
        "Made by `make licences`, checked by `make check`. linkreclaim itself is Apache-2.0.",
        "MIT, BSD, Apache, ISC and PSF kinds are free to use anywhere; MPL-2.0 and LGPL packages are allowed only as",
        "unmodified dependencies; GPL and AGPL packages are refused.",
        "",
        "| package | licence | use | part |",
        "|---|---|---|---|",
        *(f"| {row.name} | {row.licence} | {row.verdict} | {row.part} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def find_complaints(rows: list[Row], packages: int, installed_bytes: int) -> Iterator[str]:
    """What is wrong with the install, one sentence each."""
    for row in rows:
        if row.verdict == "refused":
            yield f"{row.name}: licence {row.licence!r} is not one the project may depend on"
    if packages > MOST_PACKAGES:
        yield f"the default install has {packages} packages, at most {MOST_PACKAGES} are allowed"
    if installed_bytes > MOST_BYTES:
        yield f"the default install takes {installed_bytes / 1e6:.0f} MB, at most {MOST_BYTES / 1e6:.0f} are allowed"


def main() -> int:
    """Check, or with --write make the report anew; 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/licences.md instead of comparing it")
    write = parser.parse_args().write

    base = sorted(set(read_names(ROOT / "requirements" / "base.txt")))
    extra = sorted(set(read_names(ROOT / "requirements" / "extras.txt")) - set(base))
    rows = [judge_package(name, "default install") for name in base]
    rows += [judge_package(name, "an extra") for name in extra]
    installed_bytes = sum(map(size_bytes, base))
    complaints = list(find_complaints(rows, len(base), installed_bytes))

    report = render_report(rows)
    if write:
        REPORT.write_text(report, encoding="utf-8")
    elif not REPORT.exists() or REPORT.read_text(encoding="utf-8") != report:
        complaints.append(f"{REPORT.relative_to(ROOT)} is out of date: run 'make licences'")
    print(f"default install: {len(base)} packages, {installed_bytes / 1e6:.1f} MB; extras: {len(extra)} more packages")
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
