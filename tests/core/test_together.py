"""What threads ask for at the same moment is done in one go, and each gets its own answer."""
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal_app.core.together import Together


class Slow:
    """Doubles numbers; its first run waits until it may go on."""

    def __init__(self) -> None:
        self.runs: list[list[int]] = []
        self.began, self.may_end = threading.Event(), threading.Event()

    def __call__(self, numbers: list[int]) -> list[int]:
        self.runs.append(numbers)
        self.began.set()
        self.may_end.wait(5)
        if 13 in numbers:
            raise ValueError("thirteen")
        return [number * 2 for number in numbers]


def meanwhile(run: Slow, together: Together[int, int], numbers: list[int], threads: ThreadPoolExecutor) -> list:
    """Asked while the first run, for 1, is under way."""
    asked = [threads.submit(together, 1)]
    run.began.wait(5)
    for number in numbers:
        asked.append(threads.submit(together, number))
        while len(together._waiting) < len(asked) - 1:
            pass
    run.may_end.set()
    return asked


def test_those_who_come_meanwhile_go_along_with_the_next_run():
    run = Slow()
    with ThreadPoolExecutor(8) as threads:
        asked = meanwhile(run, Together(run), [2, 3, 4], threads)
        assert [one.result(5) for one in asked] == [2, 4, 6, 8]
    assert run.runs == [[1], [2, 3, 4]]


def test_who_comes_alone_waits_for_nobody():
    run = Slow()
    run.may_end.set()
    together = Together(run)
    assert [together(1), together(2)] == [2, 4]
    assert run.runs == [[1], [2]]


def test_a_failure_is_told_to_all_of_its_run_and_to_no_other():
    run = Slow()
    with ThreadPoolExecutor(8) as threads:
        first, *others = meanwhile(run, together := Together(run), [2, 13], threads)
        assert first.result(5) == 2
        for one in others:
            with pytest.raises(ValueError, match="thirteen"):
                one.result(5)
        assert together(3) == 6
