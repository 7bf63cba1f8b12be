"""Files that people send: their names, their limits, and what is told about each at once."""

import gzip
import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.errors import InputError
from linkreclaim.jobs.gathering import uploads as uploads_module
from linkreclaim.jobs.gathering.uploads import Upload, Uploads, make_name, show_name, site_folder, sites_with_files
from linkreclaim.model.sites import Site


def make_list(rows: int, host: str = "example.com") -> bytes:
    lines = [f"https://blog-{n}.example/post,https://{host}/page-{n}" for n in range(rows)]
    return "\n".join(["Source URL,Target URL", *lines, ""]).encode()


def take(folder: Path, body: bytes, name: str = "links.csv") -> Upload:
    return Uploads(folder).take(io.BytesIO(body), name)


def test_a_file_that_is_damaged_far_down_is_told_of_by_what_stands_before(tmp_path: Path) -> None:
    upload = take(tmp_path, gzip.compress(make_list(50_000))[:-4_000], "links.csv.gz")
    (part,) = upload.parts
    assert (part.rows, part.rows_are) == (2_000, "over")


def test_a_bomb_below_good_rows_is_refused(tmp_path: Path) -> None:
    upload = take(tmp_path, gzip.compress(make_list(3_000) + b"x" * 60_000_000), "links.csv.gz")
    assert upload.parts == ()
    assert "zip bomb" in upload.error


class TestNames:
    @given(st.integers(1, 9_999), st.text(max_size=300))
    def test_are_plain_whatever_was_sent(self, number: int, sender_name: str) -> None:
        name = make_name(number, sender_name)
        assert re.fullmatch(r"\d{4}-[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", name)
        assert ".." not in name
        assert len(name) <= 65

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("Ahrefs Backlinks (Ü).CSV", "0007-ahrefs-backlinks-u.csv"),
            ("../../etc/passwd", "0007-etc-passwd"),
            ("log.csv.gz", "0007-log.csv.gz"),
            ("", "0007-file"),
        ],
    )
    def test_remind_of_the_senders(self, sent: str, kept: str) -> None:
        assert make_name(7, sent) == kept

    @given(st.lists(st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable()), min_size=2, max_size=2))
    def test_of_folders_differ_and_stay_inside(self, hosts: list[str]) -> None:
        first, second = (site_folder(Path("/ws"), host) for host in hosts)
        assert (first == second) == (hosts[0] == hosts[1])
        assert first.parent == second.parent == Path("/ws/uploads")
        assert first.name not in (".", "..")

    def test_of_folders_are_read_back(self, tmp_path: Path) -> None:
        for host in ("127.0.0.1:80", "example.com"):
            site_folder(tmp_path, host).mkdir(parents=True)
        assert sites_with_files(tmp_path) == ["127.0.0.1:80", "example.com"]


class TestShownNames:
    def test_are_the_senders(self, tmp_path: Path) -> None:
        folder = tmp_path / "uploads" / "site-example.com"
        upload = take(folder, make_list(3), "Latest Links (Ü).csv")
        assert (upload.shown_name, upload.name) == ("Latest Links (Ü).csv", "0001-latest-links-u.csv")
        assert show_name(str(folder / upload.name)) == "Latest Links (Ü).csv"
        assert show_name(f"{folder / upload.name}: in/a.csv") == "Latest Links (Ü).csv: in/a.csv"

    def test_of_files_that_are_gone_or_were_not_sent(self, tmp_path: Path) -> None:
        assert show_name(str(tmp_path / "uploads" / "site-example.com" / "0003-links.csv")) == "links.csv"
        assert show_name("/exports/0003-links.csv") == "0003-links.csv"

    def test_hide_nothing(self, tmp_path: Path) -> None:
        assert "\u202e" not in take(tmp_path, make_list(3), "a\u202evsc.csv").shown_name


class TestRecognition:
    def test_says_what_it_is_and_how_many_rows(self, tmp_path: Path) -> None:
        upload = take(tmp_path, make_list(30))
        assert [(part.report, part.rows, part.rows_are) for part in upload.parts] == [("by column names", 30, "exact")]
        assert upload.usable
        assert upload.first.rows == 30
        assert Uploads(tmp_path).all() == (upload,)

    @pytest.mark.parametrize("pack", [bytes, gzip.compress])
    def test_estimates_the_rows_of_a_long_one(self, tmp_path: Path, pack: object) -> None:
        assert callable(pack)
        part = take(tmp_path, pack(make_list(30_000))).parts[0]
        assert part.rows_are == "about"
        assert part.rows == pytest.approx(30_000, rel=0.01)

    def test_knows_an_access_log(self, tmp_path: Path) -> None:
        line = '192.0.2.1 - - [01/Nov/2026:00:00:01 +0000] "GET /old HTTP/1.1" 404 12 "https://a.example/p" "X"\n'
        upload = take(tmp_path, (line * 40).encode(), "access.log")
        assert [(part.tool, part.rows, part.rows_are) for part in upload.parts] == [("Access log", 40, "exact")]

    def test_names_the_host_that_most_links_lead_to(self, tmp_path: Path) -> None:
        first = take(tmp_path, make_list(9, "www.old.example") + make_list(3)[len("Source URL,Target URL\n") :]).first
        assert first.hosts == (("old.example", 9), ("example.com", 3))
        assert first.other_host(Site("example.com")) == "old.example"
        assert first.other_host(Site("example.com", old_hosts=("old.example",))) == ""
        assert first.about(Site("example.com")) == 3

    @pytest.mark.parametrize("body", [b"", b"\x00\xff" * 50, b"keyword,volume\nx,1\n", b"PK\x03\x04 broken"])
    def test_keeps_what_it_does_not_know_with_the_reason(self, tmp_path: Path, body: bytes) -> None:
        upload = take(tmp_path, body)
        assert not upload.usable
        assert upload.error
        assert str(tmp_path) not in upload.error
        assert ".part" not in upload.error


class TestKeeping:
    def test_the_same_bytes_are_kept_once(self, tmp_path: Path) -> None:
        take(tmp_path, make_list(3))
        with pytest.raises(InputError, match=r"is here already, as links\.csv"):
            take(tmp_path, make_list(3), "other.csv")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["0001-links.csv", "files.json"]

    def test_there_is_a_most_of_files_and_of_bytes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(uploads_module, "MAX_FILES", 2)
        monkeypatch.setattr(uploads_module, "MAX_SITE_BYTES", 2_000)
        take(tmp_path, make_list(3))
        with pytest.raises(InputError, match="GiB"):
            take(tmp_path, make_list(100))
        take(tmp_path, make_list(4))
        with pytest.raises(InputError, match="2 files already"):
            take(tmp_path, make_list(5))
        assert len(list(tmp_path.iterdir())) == 3

    def test_removed_numbers_are_not_given_to_others_that_are_listed(self, tmp_path: Path) -> None:
        files = Uploads(tmp_path)
        for rows in (1, 2, 3):
            files.take(io.BytesIO(make_list(rows)), "a.csv")
        files.remove("0002-a.csv")
        files.remove("../outside")
        files.take(io.BytesIO(make_list(4)), "b.csv")
        assert [upload.name for upload in files.all()] == ["0001-a.csv", "0003-a.csv", "0004-b.csv"]
        with pytest.raises(InputError, match=r"0002-a\.csv is not among the files"):
            files.paths(("0001-a.csv", "0002-a.csv"))

    def test_many_at_once_lose_nothing(self, tmp_path: Path) -> None:
        files = Uploads(tmp_path)
        with ThreadPoolExecutor(8) as people:
            sent = [people.submit(files.take, io.BytesIO(make_list(rows)), "a.csv") for rows in range(1, 21)]
        assert sorted(each.result().name for each in sent) == [upload.name for upload in files.all()]
