"""Write the lists of referrers that linkreclaim ships, from checkouts of the two repositories that keep them.

    git clone https://github.com/matomo-org/referrer-spam-list FOLDER/referrer-spam-list
    git clone https://github.com/matomo-org/searchengine-and-social-list FOLDER/searchengine-and-social-list
    python scripts/refresh_referrers.py FOLDER

writes src/linkreclaim/sources/logs/lists/referrers.txt: sections of one host a line, sorted. Left out are names of
programs on telephones and entries with a path: browsers send only the origin of a page of another site, so that no
path could be met. Our own additions are kept by hand in additions.txt beside it and are not touched.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

SPAM, ENGINES = "referrer-spam-list", "searchengine-and-social-list"
LISTS = Path(__file__).resolve().parent.parent / "src" / "linkreclaim" / "sources" / "logs" / "lists"
HEADER = """\
# Hosts that visitors come from, by kind. Made by scripts/refresh_referrers.py; do not edit, additions.txt is for that.
# [spam]: spammers.txt of github.com/matomo-org/{spam}; public domain.
#   @{spam_version}
# [search], [social], [assistant]: SearchEngines.yml, Socials.yml and AIAssistants.yml of
# github.com/matomo-org/{engines}; CC0-1.0.
#   @{engines_version}
# {{}} stands for a country (google.{{}}: google.de, google.co.uk, google.com.br; {{}}.bing.com: cn.bing.com).
"""

_HOST = re.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)|\{\})(?:\.(?:(?!-)[a-z0-9-]{1,63}(?<!-)|\{\}))+")
_ITEM = re.compile(r"\s+-\s+(\S+)\s*$")
_APP = re.compile(r"(?:com|org|net)\.[a-z]+(?:\.[a-z]+)*\.(?:android|messenger)\b.*|[a-z]+\.android")


def hosts_of_spam(text: str) -> Iterator[str]:
    """The hosts of spammers.txt: one a line, empty lines allowed."""
    yield from (line.strip() for line in text.splitlines() if line.strip())


def hosts_of_engines(text: str) -> Iterator[str]:
    """The entries below each `urls:` of SearchEngines.yml, in the few forms of YAML that this file uses."""
    in_urls = False
    for line in text.splitlines():
        item = _ITEM.match(line)
        if in_urls and item:
            yield item[1].strip("'\"")
        elif line.strip() not in ("", "-"):
            in_urls = line.strip().removeprefix("- ") == "urls:"


def hosts_of_names(text: str) -> Iterator[str]:
    """The entries below each name of Socials.yml and AIAssistants.yml."""
    for line in text.splitlines():
        if item := _ITEM.match(line):
            yield item[1].strip("'\"")


def section(name: str, entries: Iterable[str]) -> str:
    """A section of the list: hosts as they are compared, sorted, each once."""
    hosts = {entry.lower().removeprefix("www.").rstrip(".") for entry in entries if "/" not in entry}
    kept = sorted(host for host in hosts if not _APP.fullmatch(host))
    if wrong := [host for host in kept if not _HOST.fullmatch(host)]:
        sys.exit(f"[{name}]: no host: {', '.join(wrong[:5])}. Has the form of the file changed?")
    if not kept:
        sys.exit(f"[{name}]: no host was found. Has the form of the file changed?")
    return "\n".join((f"[{name}]", *kept, ""))


def make_list(folder: Path, spam_version: str, engines_version: str) -> str:
    """The whole list, from a folder that holds the two checkouts."""
    engines = folder / ENGINES

    def read(path: Path) -> str:
        return path.read_text(encoding="utf-8")

    sections = (
        section("spam", hosts_of_spam(read(folder / SPAM / "spammers.txt"))),
        section("search", hosts_of_engines(read(engines / "SearchEngines.yml"))),
        section("social", hosts_of_names(read(engines / "Socials.yml"))),
        section("assistant", hosts_of_names(read(engines / "AIAssistants.yml"))),
    )
    header = HEADER.format(spam=SPAM, engines=ENGINES, spam_version=spam_version, engines_version=engines_version)
    return header + "".join(sections)


def _commit(checkout: Path) -> str:
    command = ["git", "-C", str(checkout), "rev-parse", "--short=7", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{checkout} is no git checkout: say which version it is with --spam-version and --engines-version")
    return done.stdout.strip()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds checkouts of the two repositories")
    parser.add_argument("--spam-version", help=f"of {SPAM}, where it is no git checkout")
    parser.add_argument("--engines-version", help=f"of {ENGINES}, where it is no git checkout")
    parser.add_argument("--out", type=Path, default=LISTS / "referrers.txt", metavar="FILE")
    asked = parser.parse_args()
    spam_version = asked.spam_version or _commit(asked.folder / SPAM)
    engines_version = asked.engines_version or _commit(asked.folder / ENGINES)
    text = make_list(asked.folder, spam_version, engines_version)
    asked.out.write_text(text, encoding="utf-8")
    print(f"{asked.out}: {sum(1 for line in text.splitlines() if line[:1] not in '#[')} hosts")


if __name__ == "__main__":
    main()
