"""Results of a listing survive a kill, in the order of the input, and only for the question they answer."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linkreclaim.errors import InputError, LinkreclaimError, WorkspaceError
from linkreclaim.store.journal import DoneNumbers, Journal
from linkreclaim.store.worklist import WorkList

ENDLESS = """
import sys
from itertools import count
from pathlib import Path
from linkreclaim.store.journal import Journal
journal = Journal.open(Path(sys.argv[1]), "q")
for start in count(len(journal.done), 10):
    journal.save((number, {"n": number, "pad": "x" * 500}) for number in range(start, start + 10))
    print(len(journal.done), flush=True)
"""


def test_results_come_back_in_the_order_of_the_input(tmp_path: Path) -> None:
    path = tmp_path / "new" / "out.csv.part"
    with Journal.open(path, "q") as journal:
        journal.save([(5, {"b": "é\ud800"}), (2, [1, None])])
        journal.save([(3, "c"), (2, "another answer")])
        assert list(journal.rows())[:2] == [(2, [1, None]), (3, "c")]
        assert [number for number in range(7) if number in journal.done] == [2, 3, 5]
    with Journal.open(path, "q") as journal:
        assert len(journal.done) == 3
        journal.remove()
    assert list(path.parent.iterdir()) == []


def test_text_is_kept_as_it_is(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "out.part", "q") as journal:
        journal.save_texts([(7, '{"a": 1}'), (4, "[ ]")])
        journal.save_texts([(7, '"another"')])
        assert list(journal.texts()) == [(4, "[ ]"), (7, '{"a": 1}')]
        assert list(journal.rows()) == [(4, []), (7, {"a": 1})]


def test_a_killed_writer_leaves_whole_results_and_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "out.part"
    last = 0
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", ENDLESS, str(path)], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(20):
                last = int(process.stdout.readline())
            time.sleep(0.01)
            os.kill(process.pid, signal.SIGKILL)
        with Journal.open(path, "q") as journal:
            numbers = [number for number, body in journal.rows() if body["n"] == number]
            assert numbers == list(range(len(numbers)))
            assert len(journal.done) == len(numbers) >= last


def test_another_question_is_refused_until_it_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "out.part"
    with Journal.open(path, "q") as journal:
        journal.save([(1, "a")])
    with pytest.raises(InputError, match="--fresh"):
        Journal.open(path, "other")
    with Journal.open(path, "other", fresh=True) as journal:
        assert list(journal.rows()) == []


def test_one_process_at_a_time(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "out.part", "q"), pytest.raises(WorkspaceError, match="another run"):
        Journal.open(tmp_path / "out.part", "q")


@pytest.mark.parametrize("fresh", [False, True])
def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path, fresh: bool) -> None:
    text, base = tmp_path / "text.part", tmp_path / "base.part"
    text.write_text("someone's notes, long enough to look like a file" * 50)
    with sqlite3.connect(base) as connection:
        connection.execute("CREATE TABLE diary (entry)")
    connection.close()
    for path in (text, base):
        before = path.read_bytes()
        with pytest.raises(InputError, match="in the way"):
            Journal.open(path, "q", fresh=fresh)
        assert path.read_bytes()[:16] == before[:16]
    with pytest.raises(LinkreclaimError):
        Journal.open(text / "below" / "out.part", "q")


def test_a_million_done_numbers_take_little_memory() -> None:
    done = DoneNumbers(range(0, 1_000_000, 2))
    assert len(done) == 500_000
    assert 999_998 in done
    assert 999_999 not in done
    assert 5_000_000 not in done
    done.add(999_998)
    assert len(done) == 500_000


def test_a_work_list_has_each_url_once_and_lets_hosts_take_turns() -> None:
    with WorkList() as pages:
        urls = ["https://a.test/1", "https://a.test/2", "http://www.a.test/1", "https://a.test/3", "https://b.test/1"]
        assert pages.add(urls) == 4
        assert pages.add(["https://b.test/1", "mailto:x"]) == 0
        asked = [url for _, url in pages.in_turns()]
        assert asked == ["https://a.test/1", "https://b.test/1", "https://a.test/2", "https://a.test/3"]
        assert sorted(number for number, _ in pages.in_turns()) == [1, 2, 3, 4]
        before = pages.fingerprint()
        pages.add(["https://c.test/"])
        assert pages.fingerprint() != before


def test_a_few_urls_of_a_host_come_close_together_and_those_of_a_long_list_later() -> None:
    hosts = [f"h{n}.test" for n in range(1_000)]
    urls = [f"https://{host}/{n}" for n in range(6) for host in hosts]
    urls += [f"https://h0.test/{n}" for n in range(6, 500)]
    with WorkList() as pages:
        pages.add(urls)
        asked = [url for _, url in pages.in_turns()]
    assert sorted(asked) == sorted(urls)
    places = {url: place for place, url in enumerate(asked)}
    for host in hosts[1:]:
        first, *others = (places[f"https://{host}/{n}"] for n in range(4))
        assert all(0 < place - first < 1_024 for place in others), "while a connection is still open"
    assert places["https://h0.test/499"] == len(asked) - 1
    assert max(places[f"https://{host}/0"] for host in hosts) < 4_000, "no host waits for another one's long list"
    of_one = [url for url in asked if url.startswith("https://h0.test/")]
    assert of_one == [f"https://h0.test/{n}" for n in range(500)], "in the order in which they were added"
