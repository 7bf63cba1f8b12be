"""The maintainer's command that makes the shipped list of referrers from checkouts of its two sources."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "refresh_referrers.py"
VERSIONS = ("--spam-version", "1111111", "--engines-version", "2222222")
FILES = {
    "referrer-spam-list/spammers.txt": "bad.example\nQIWI.xyz\n\nbad.example \nxn--80aeb6argv.xn--p1ai\n",
    "searchengine-and-social-list/SearchEngines.yml": (
        "Seeker:\n  -\n    urls:\n      - www.seeker.example\n      - 'seeker.{}'\n      - '{}.seeker.example'\n"
        "      - seeker.example/images\n    params:\n      - q\n      - '/s\\/([^\\/]+)/'\n    backlink: 's?q={k}'\n"
        "  -\n    urls:\n      - com.google.android.googlequicksearchbox\n    params:\n      - 'q'\n"
        "Søk:\n  - urls:\n      - sok.example\n    params: []\n    hiddenkeyword:\n      - '/'\n"
    ),
    "searchengine-and-social-list/Socials.yml": (
        'Faces:\n  - faces.example\n  - m.faces.example \n\n"Two words":\n   - two.example\n'
        "  - android-app://org.telegram.messenger\n  - linkedin.android\n"
    ),
    "searchengine-and-social-list/AIAssistants.yml": "Grok:\n  - grok.example\n  - x.example/i/grok\n",
}


def checkouts(folder: Path, **changed: str) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(changed.get(path.stem, text), encoding="utf-8")
    return folder


def refresh(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), str(folder), "--out", str(folder / "out.txt"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_list_holds_each_host_once_sorted_by_kind(tmp_path: Path) -> None:
    done = refresh(checkouts(tmp_path), *VERSIONS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("out.txt: 11 hosts\n")
    lines = (tmp_path / "out.txt").read_text(encoding="ascii").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "[spam]", "bad.example", "qiwi.xyz", "xn--80aeb6argv.xn--p1ai",
        "[search]", "seeker.example", "seeker.{}", "sok.example", "{}.seeker.example",
        "[social]", "faces.example", "m.faces.example", "two.example",
        "[assistant]", "grok.example",
    ]  # fmt: skip
    assert lines[1].endswith("public domain.")
    assert lines[2] == "#   @1111111"
    assert lines[4].endswith("CC0-1.0.")
    assert lines[5] == "#   @2222222"


def test_the_version_of_a_checkout_is_its_commit(tmp_path: Path) -> None:
    checkouts(tmp_path)
    for name in ("referrer-spam-list", "searchengine-and-social-list"):
        git = ["git", "-C", str(tmp_path / name), "-c", "user.name=a", "-c", "user.email=a@b.example"]
        for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"]):
            subprocess.run([*git, *command], check=True, timeout=30, capture_output=True)
    assert refresh(tmp_path).returncode == 0
    commit = subprocess.run(
        ["git", "-C", str(tmp_path / "referrer-spam-list"), "rev-parse", "--short=7", "HEAD"],
        check=True, timeout=30, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    assert f"#   @{commit}\n" in (tmp_path / "out.txt").read_text()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"spammers": "<html>\n"}, "[spam]: no host: <html>"),
        ({"spammers": "\n"}, "[spam]: no host was found"),
        ({"SearchEngines": "Seeker: {urls: [a.example]}\n"}, "[search]: no host was found"),
    ],
)
def test_a_source_of_another_form_is_refused(tmp_path: Path, changed: dict[str, str], said: str) -> None:
    done = refresh(checkouts(tmp_path, **changed), *VERSIONS)
    assert done.returncode == 1
    assert said in done.stderr
    assert not (tmp_path / "out.txt").exists()


def test_without_a_version_the_user_is_told_how_to_say_it(tmp_path: Path) -> None:
    done = refresh(checkouts(tmp_path))
    assert done.returncode == 1
    assert "--spam-version" in done.stderr
