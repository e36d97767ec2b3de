"""A circuit breaker: after a failure a part is left alone for a while, then one caller tries it again."""

import time
from collections.abc import Callable
from typing import Literal

BreakerState = Literal["closed", "open"]


class Breaker:
    """One per external part and process. `pause` in seconds of the clock, which never goes back."""

    def __init__(self, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause = pause
        self._clock = clock
        self._retry_at: float | None = None

    @property
    def state(self) -> BreakerState:
        return "closed" if self._retry_at is None else "open"

    def allows(self) -> bool:
        """Whether to call the part now. While open, one caller per pause gets a yes and decides for the others."""
        if self._retry_at is None:
            return True
        now = self._clock()
        if now < self._retry_at:
            return False
        self._retry_at = now + self._pause
        return True

    def succeeded(self) -> None:
        self._retry_at = None

    def failed(self) -> None:
        self._retry_at = self._clock() + self._pause
