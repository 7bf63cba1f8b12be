"""Made-up Ahrefs exports of any size, the same for every run."""

import random
from pathlib import Path

HEADER = [
    *("Referring page title", "Referring page URL", "Language", "Platform", "Referring page HTTP code"),
    *("Domain rating", "UR", "Domain traffic", "Referring domains", "Linked domains", "External links"),
    *("Page traffic", "Keywords", "Target URL", "Left context", "Anchor", "Right context", "Type", "Content"),
    *("Nofollow", "UGC", "Sponsored", "Rendered", "Raw", "Lost status", "Drop reason", "Discovered status"),
    *("First seen", "Last seen", "Lost", "Links in group"),
]
TARGETS = 50_000


def write_export(path: Path, rows: int, site: str, encoding: str = "utf-8") -> None:
    """Write an Ahrefs Backlinks export: one page in twenty of a domain, targets by a Pareto law (as links are)."""
    draw = random.Random(7)
    with open(path, "w", encoding=encoding, newline="") as out:
        out.write(_line(HEADER))
        for number in range(rows):
            domain = draw.randrange(max(1, rows // 20))
            target = int(draw.paretovariate(1.1)) % TARGETS
            out.write(_row(number, domain, target, site, draw))


def _row(number: int, domain: int, target: int, site: str, draw: random.Random) -> str:
    page = f"https://www.site-{domain}.com/blog/2023/post-{number}/a-title-of-some-length"
    cells = [f"A page title that is long enough, {number}", page, "en", "wordpress", "200", str(domain % 100)]
    cells += [f"{draw.randrange(1000) / 10}", "1200", "34", "12", str(draw.randrange(200)), "10", "5"]
    cells += [f"{site}/old/page-{target}.html", "words on the left", f"anchor {target}", "words on the right", "text"]
    cells += ["true", "true" if number % 5 == 0 else "false", "false", "false", "false", "true", "", "", "linkfound"]
    cells += ["2024-01-15 10:00:00", "2026-09-01 08:30:00", "", "1"]
    return _line(cells)


def _line(cells: list[str]) -> str:
    return "\t".join(f'"{cell}"' for cell in cells) + "\n"
