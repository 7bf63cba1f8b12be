"""The exports of the demo are what their tools write, byte for byte in form."""

import csv
from datetime import date
from pathlib import Path

from linkreclaim.demo.exports import find_claims, write_captures, write_exports
from linkreclaim.demo.scenes import Scene
from linkreclaim.demo.websites import Addresses

TODAY = date(2026, 11, 22)
ADDRESSES = {
    key: Addresses("127.0.0.1:1000", tuple(f"127.0.0.1:{2000 + n}" for n in range(count)), "127.0.0.1:1001")
    for key, count in {"1-relaunch": 14, "2-shop": 9, "3-new-domain": 9, "4-competitor": 40}.items()
}


def read(path: Path, encoding: str, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as lines:
        return list(csv.DictReader(lines, delimiter=delimiter))


def write(scene: Scene, folder: Path) -> list[Path]:
    return write_exports(scene, ADDRESSES[scene.key], folder, TODAY)


def test_ahrefs_is_utf_16_with_tabs_and_one_row_per_link(scenes: dict[str, Scene], tmp_path: Path) -> None:
    (path,) = write(scenes["1-relaunch"], tmp_path)
    rows = read(path, "utf-16", "\t")
    assert path.read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert len(rows) == len(list(find_claims(scenes["1-relaunch"], ADDRESSES["1-relaunch"]))) >= 45
    forum = next(row for row in rows if row["Referring page title"].startswith("Forum"))
    assert (forum["Nofollow"], forum["UGC"], forum["Sponsored"]) == ("true", "true", "false")
    assert (forum["Left context"], forum["Anchor"]) == ("We followed", "these eight steps")
    assert forum["Last seen"] == "2026-11-13 16:40:00"


def test_latest_links_names_pages_and_top_target_pages_counts(scenes: dict[str, Scene], tmp_path: Path) -> None:
    latest, targets = write(scenes["2-shop"], tmp_path)
    pages = read(latest, "utf-8")
    counted = read(targets, "utf-8")
    assert list(pages[0]) == ["Linking page", "Last crawled"]
    assert len({row["Linking page"] for row in pages}) == len(pages) == 11
    assert counted[0] == {
        "Target page": "http://127.0.0.1:1000/products/trail-stove-2/",
        "Incoming links": "6",
        "Linking sites": "6",
    }


def test_screaming_frog_names_the_old_host(scenes: dict[str, Scene], tmp_path: Path) -> None:
    (path,) = write(scenes["3-new-domain"], tmp_path)
    rows = read(path, "utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert {row["Destination"].split("/")[2] for row in rows} == {"127.0.0.1:1001"}
    assert {row["Status Code"] for row in rows} == {"0"}


def test_the_deleted_guide_has_a_capture_and_the_others_have_none(scenes: dict[str, Scene], tmp_path: Path) -> None:
    scene = scenes["4-competitor"]
    captures = write_captures(scene, ADDRESSES[scene.key], tmp_path)
    assert captures is not None
    (line,) = read(captures / "index.csv", "utf-8")
    assert line["url"] == "http://127.0.0.1:1000/guides/heat-pumps-in-old-houses/"
    assert "Five houses, five winters" in (captures / line["file"]).read_text(encoding="utf-8")
    assert write_captures(scenes["1-relaunch"], ADDRESSES["1-relaunch"], tmp_path) is None
