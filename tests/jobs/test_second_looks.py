"""Who is looked at again while first looks still go on."""

from hypothesis import given
from hypothesis import strategies as st

from linkreclaim.jobs.looks import second_looks
from linkreclaim.jobs.looks.second_looks import Due, SecondLooks


def due(number: int, at_s: float) -> Due:
    """A URL that may be asked at a time."""
    return Due(number, f"https://h.example/{number}", at_s, again=True)


def test_a_host_is_asked_for_one_url_at_a_time_with_a_pause() -> None:
    waiting = SecondLooks(1.0)
    assert all(waiting.add("h", due(n, 5.0)) for n in range(3))
    assert waiting.add("other", due(9, 5.5))
    assert list(waiting.take(4.9)) == []
    assert [one.number for _, one in waiting.take(5.0)] == [0]
    assert [one.number for _, one in waiting.take(9.0)] == [9], "the first one is still under way"
    waiting.done("h", 9.0)
    assert list(waiting.take(9.9)) == []
    assert [one.number for _, one in waiting.take(10.0)] == [1]
    assert [one.number for one in waiting.rest()] == [2]
    assert list(waiting.rest()) == []


def test_a_host_answers_well_from_its_first_good_answer_on() -> None:
    waiting = SecondLooks(1.0)
    assert waiting.answers_well("h")
    waiting.saw("h", True)
    waiting.saw("other", False)
    assert not waiting.answers_well("h")
    waiting.saw("h", False)
    assert waiting.answers_well("h")


def test_memory_is_bounded() -> None:
    waiting = SecondLooks(1.0)
    added = [waiting.add(f"h{n}", due(n, 0.0)) for n in range(second_looks.WAITING_MOST + 2)]
    assert added.count(False) == 2
    assert len(list(waiting.take(0.0))) == second_looks.WAITING_MOST
    for n in range(second_looks.HOSTS_IN_TROUBLE + 1):
        waiting.saw(f"h{n}", True)
    assert waiting.answers_well("h0"), "forgotten"
    assert not waiting.answers_well("h1")


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), max_size=30))
def test_every_url_comes_out_once_and_never_early(waits: list[tuple[int, int]]) -> None:
    waiting = SecondLooks(1.0)
    for number, (serial, at_s) in enumerate(waits):
        waiting.add(f"h{serial}", due(number, float(at_s)))
    seen: list[int] = []
    for now_s in range(10):
        taken = list(waiting.take(float(now_s)))
        assert len({host for host, _ in taken}) == len(taken)
        for host, one in taken:
            assert one.at_s <= now_s
            seen.append(one.number)
            waiting.done(host, float(now_s))
    seen += [one.number for one in waiting.rest()]
    assert sorted(seen) == list(range(len(waits)))
