"""Whose turn it is: a person who decides goes before the next piece of a run, whatever the run is writing."""

import multiprocessing
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread

from tests.store.dead_lists import Dead, listed

from linkreclaim.store import open_workspace
from linkreclaim.store.turns import Turns

PIECE_S = 0.1


def write_on(folder: Path, begun: Event, ended: Event) -> None:
    """A run that writes piece after piece, without a pause between them."""
    with open_workspace(folder) as workspace:
        while not ended.is_set():
            with workspace.engine.begin() as connection:
                connection.exec_driver_sql("INSERT INTO domain (name) VALUES (hex(randomblob(16)))")
                begun.set()
                time.sleep(PIECE_S)


def test_decisions_are_made_between_the_pieces_of_a_run(tmp_path: Path) -> None:
    pages = [Dead(f"/p/{n}") for n in range(8)]
    with listed(tmp_path / "ws", pages) as made:
        context = multiprocessing.get_context("spawn")
        begun, ended = context.Event(), context.Event()
        run = context.Process(target=write_on, args=(tmp_path / "ws", begun, ended))
        run.start()
        assert begun.wait(60)
        waits = []
        for page in pages:
            started = time.monotonic()
            made.decide(page.path)
            waits.append(time.monotonic() - started)
        ended.set()
        run.join()
        assert run.exitcode == 0
        assert sorted(waits)[len(waits) // 2] < 10 * PIECE_S  # the usual one: any of them may meet a busy machine
        assert max(waits) < 10
        assert made.page("state=accepted").count == len(pages)


def test_a_run_waits_while_somebody_is_about_to_write(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "turns.lock")
    with turns.first(), turns.first():
        run = Thread(target=turns.after_people)
        run.start()
        run.join(0.2)
        assert run.is_alive()
    run.join(10)
    assert not run.is_alive()
    turns.after_people()
