"""Memory that several threads share, each taking what its work needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock


class MemoryBudget:
    """So many bytes, given out in the order they were asked for: who needs much is never overtaken by who needs little.

    Waiting blocks the thread, so it is for worker threads only. What a thread has taken is its own until its work
    ends, whatever becomes of those who wait for the result.
    """

    def __init__(self, size: int) -> None:
        self._free = size
        self._first_in_line = Lock()
        self._returned = Condition()

    @contextmanager
    def taken(self, amount: int) -> Iterator[None]:
        """Waits until `amount` bytes, which must not be more than there are altogether, can be had."""
        with self._first_in_line, self._returned:
            self._returned.wait_for(lambda: self._free >= amount)
            self._free -= amount
        try:
            yield
        finally:
            with self._returned:
                self._free += amount
                self._returned.notify()
