"""A budget of memory: shared by threads, in their order."""

import time
from collections.abc import Callable
from threading import Event, Thread

from lego_api.adapters.memory_budget import MemoryBudget


class Worker(Thread):
    """Takes an amount and keeps it until it is told to leave."""

    def __init__(self, budget: MemoryBudget, amount: int) -> None:
        super().__init__(daemon=True)
        self.came, self.leave = Event(), Event()
        self._budget, self._amount = budget, amount
        self.start()

    def run(self) -> None:
        with self._budget.taken(self._amount):
            self.came.set()
            assert self.leave.wait(60)


def until(condition: Callable[[], bool]) -> None:
    """For what no event tells: that a thread has begun to wait."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_who_needs_much_is_not_overtaken_by_who_needs_little() -> None:
    budget = MemoryBudget(10)
    first = Worker(budget, 5)
    assert first.came.wait(60)
    large = Worker(budget, 10)
    until(budget._first_in_line.locked)
    small = Worker(budget, 1)  # there are five left, but the large one came earlier
    assert not small.came.wait(0.2)
    first.leave.set()
    assert large.came.wait(60)
    assert not small.came.is_set()
    large.leave.set()
    assert small.came.wait(60)
    small.leave.set()


def test_what_fails_gives_back_what_it_took() -> None:
    budget = MemoryBudget(10)
    for _ in range(3):
        try:
            with budget.taken(10):
                raise MemoryError
        except MemoryError:
            pass
    after = Worker(budget, 10)
    assert after.came.wait(60)
    after.leave.set()
