"""What several threads ask for at the same moment, done in one go: one transaction or round trip instead of one each."""
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Together(Generic[Asked, Answer]):
    """Callable from any thread. The first to come is served at once; who comes meanwhile goes along with the next run.

    `run` gets what was asked, in the order it came, and gives as many answers in the same order. What it raises is
    raised in each thread whose question was in that run. One run at a time.
    """

    def __init__(self, run: Callable[[list[Asked]], list[Answer]]) -> None:
        self._run = run
        self._changed = threading.Condition()
        self._waiting: list[tuple[Asked, Future[Answer]]] = []
        self._running = False

    def __call__(self, asked: Asked) -> Answer:
        mine: Future[Answer] = Future()
        with self._changed:
            self._waiting.append((asked, mine))
            self._changed.wait_for(lambda: mine.done() or not self._running)
            if mine.done():
                return mine.result()
            self._running, some, self._waiting = True, self._waiting, []
        try:
            _answer(self._run, some)
        finally:
            with self._changed:
                self._running = False
                self._changed.notify_all()
        return mine.result()


def _answer(run: Callable[[list[Asked]], list[Answer]], some: list[tuple[Asked, Future[Answer]]]) -> None:
    try:
        answers = run([asked for asked, _ in some])
    except BaseException as error:  # whatever ends this run, nobody waits for it for ever
        for _, future in some:
            future.set_exception(error)
    else:
        for (_, future), answer in zip(some, answers, strict=True):
            future.set_result(answer)
