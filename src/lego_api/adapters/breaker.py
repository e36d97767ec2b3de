"""A circuit breaker: after a failure a part is left alone for a while, then one caller tries it again."""

import logging
import time
from collections.abc import Callable
from typing import Literal

from lego_api.metrics import emit

logger = logging.getLogger(__name__)

BreakerState = Literal["closed", "open"]


class Breaker:
    """One per external part and process. `pause` in seconds of the clock, which never goes back."""

    def __init__(self, part: str, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.part = part
        self._pause = pause
        self._clock = clock
        self._retry_at: float | None = None

    @property
    def state(self) -> BreakerState:
        return "closed" if self._retry_at is None else "open"

    @property
    def is_resting(self) -> bool:
        """Whether `allows()` would say no. Asking takes nobody's turn."""
        return self._retry_at is not None and self._clock() < self._retry_at

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
        if self._retry_at is not None:
            self._retry_at = None
            self._tell()

    def failed(self) -> None:
        was_closed, self._retry_at = self._retry_at is None, self._clock() + self._pause
        if was_closed:
            self._tell()
        else:  # each vain attempt: an alarm must not take one line at the beginning for an outage that is over
            self._measure()

    def _tell(self) -> None:
        logger.warning("the breaker of %s is %s", self.part, self.state)
        self._measure()

    def _measure(self) -> None:
        emit("BreakerOpen", float(self.state == "open"), part=self.part)
