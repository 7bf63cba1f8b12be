"""The project as a newcomer finds it: the installed command, the README, the docs, the requirement files."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement
from tests.command import START, run_text

import linkreclaim
from linkreclaim.cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (
    "audit",
    "logs",
    "links",
    "check",
    "match",
    "diagnose",
    "value",
    "impact",
    "decide",
    "serve",
    "report",
    "redirects",
    "ledger",
    "ranks",
    "demo",
)
PINNED = ("base", "extras", "dev", "train", "bench", "uv")


SCREEN = {"COLUMNS": "100", "NO_COLOR": "1"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed program."""
    command = [str(Path(sys.executable).parent / "linkreclaim"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ | SCREEN, check=False)


@cache
def help_of(*command: str) -> subprocess.CompletedProcess[str]:
    return run_text([*START, *command, "--help"], env=os.environ | SCREEN)


def project_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("needs a git checkout")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def markdown_files() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".md"]


def pinned_lines(name: str) -> list[str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.replace("\\\n", " ").splitlines() if line[:1].isalnum()]


def pins(name: str) -> set[str]:
    return {line.partition(" --hash")[0].strip() for line in pinned_lines(name)}


def versions(name: str) -> set[str]:
    """Pins without the platforms they are for: of those the larger set may have more."""
    return {pin.partition(" ;")[0] for pin in pins(name)}


class TestCommand:
    def test_version_is_the_one_of_the_package_and_of_the_project_file(self) -> None:
        told = run("--version")
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        assert told.returncode == 0
        assert told.stdout.split()[-1] == linkreclaim.__version__ == project["version"]

    def test_module_and_command_are_the_same_program(self) -> None:
        told = subprocess.run(
            [sys.executable, "-m", "linkreclaim", "--version"], capture_output=True, text=True, timeout=60, check=False
        )
        assert (told.returncode, told.stdout) == (0, run("--version").stdout)

    def test_help_names_every_command(self) -> None:
        told = run("--help")
        assert told.returncode == 0
        assert [name for name in COMMANDS if name not in told.stdout] == []

    @pytest.mark.parametrize("command", COMMANDS)
    def test_help_of_a_command_fits_a_screen_and_shows_examples(self, command: str) -> None:
        told = help_of(command)
        lines = told.stdout.splitlines()
        assert told.returncode == 0
        assert max(map(len, lines)) <= 100
        assert len(lines) <= 80
        assert f"linkreclaim {command} " in told.stdout.partition("Example")[2]

    @pytest.mark.parametrize("arguments", [["nonsense"], ["audit"], ["audit", "--no-such-option"], ["decide"]])
    def test_wrong_usage_exits_2_without_a_traceback(self, arguments: list[str]) -> None:
        told = run(*arguments)
        assert told.returncode == 2
        assert told.stderr
        assert "Traceback" not in told.stderr

    def test_a_missing_input_file_is_named(self, tmp_path: Path) -> None:
        told = run("audit", "example.com", "--links", str(tmp_path / "not-there.csv"), "--workspace", str(tmp_path))
        assert told.returncode in (1, 2)
        assert "not-there.csv" in told.stderr
        assert "Traceback" not in told.stderr


class TestRequirements:
    @pytest.mark.parametrize("name", PINNED)
    def test_every_line_is_pinned_and_hashed(self, name: str) -> None:
        lines = pinned_lines(name)
        assert lines
        assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []

    @pytest.mark.parametrize(("small", "large"), [("base", "extras"), ("extras", "dev"), ("dev", "train")])
    def test_a_larger_set_has_the_same_versions(self, small: str, large: str) -> None:
        assert versions(small) <= versions(large)

    def test_the_locked_versions_are_those_the_project_asks_for(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        locked = {(pin := Requirement(line)).name: pin for line in sorted(pins("base"))}
        for wanted in map(Requirement, project["dependencies"]):
            (version,) = locked[wanted.name].specifier
            assert wanted.specifier.contains(version.version)


class TestNothingOutsideIsNamed:
    HOSTS = re.compile(
        "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", r"deb" + r"\.debian"])
    )
    PATHS = re.compile(r"(?<![\w.-])/(?:work/(?:main|shared|\.library)|root)/" + r"\w")

    def test_no_file_names_a_package_registry_or_a_path_of_one_machine(self) -> None:
        found = []
        for path in project_files():
            text = path.read_bytes().decode("utf-8", "replace")
            found += [(path.name, hit[0]) for pattern in (self.HOSTS, self.PATHS) for hit in pattern.finditer(text)]
        assert found == []


class TestReadme:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    def test_is_short(self) -> None:
        assert 0 < len(self.text.splitlines()) < 150

    def test_its_make_targets_exist(self) -> None:
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        named = set(re.findall(r"\bmake ([a-z-]+)$|`make ([a-z-]+)`", self.text, re.MULTILINE))
        assert named
        assert {name for pair in named for name in pair if name} <= targets


class TestDocs:
    LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")

    @staticmethod
    def slugs(page: Path) -> set[str]:
        """The anchors of a page, by the rule of the usual forges: lower case, punctuation gone, spaces to hyphens."""
        headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    def broken_links(self, page: Path) -> Iterator[str]:
        prose = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in self.LINK.findall(prose):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or (anchor and anchor not in self.slugs(target)):
                yield f"{page.relative_to(ROOT)}: {link}"

    @pytest.mark.parametrize("page", markdown_files(), ids=lambda page: str(page.relative_to(ROOT)))
    def test_the_commands_and_flags_it_shows_exist(self, page: Path) -> None:
        shown = re.findall(r"(?:^ {4,}|`|\$ )(?:\.venv/bin/)?linkreclaim ([a-z][^`\n]+)", page.read_text("utf-8"), re.M)
        for line in shown:
            words = line.split("   ")[0].split()
            command: click.Command | None = cli
            while isinstance(command, click.Group) and words and words[0][0] not in "-.[":
                command = command.get_command(click.Context(cli), words.pop(0))
            if line.startswith("is at http"):  # what `serve` prints
                continue
            assert command is not None, line
            known = {flag for parameter in command.params for flag in parameter.opts} | {"--help", "--version"}
            assert isinstance(command, click.Group) or {word for word in words if word[:2] == "--"} <= known, line

    def test_every_link_inside_the_project_leads_somewhere(self) -> None:
        assert [link for page in markdown_files() for link in self.broken_links(page)] == []

    def test_the_index_lists_every_page_and_decision(self) -> None:
        index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
        listed = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in self.LINK.findall(index)}
        pages = [page for page in markdown_files() if ROOT / "docs" in page.parents and page.name != "README.md"]
        assert pages
        assert [page for page in pages if page.resolve() not in listed] == []

    def test_the_changelog_knows_this_version(self) -> None:
        assert f"## [{linkreclaim.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
