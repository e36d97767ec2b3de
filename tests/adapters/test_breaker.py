"""The circuit breaker, on a clock that the test turns."""

import pytest

from lego_api.adapters.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("part", 5.0, clock)


def test_it_lets_everybody_pass_while_nothing_failed(breaker: Breaker) -> None:
    assert breaker.state == "closed"
    assert [breaker.allows() for _ in range(3)] == [True, True, True]


def test_after_a_failure_nobody_passes_until_the_pause_is_over(breaker: Breaker, clock: Clock) -> None:
    breaker.failed()
    assert breaker.state == "open"
    assert not breaker.allows()
    clock.now += 4.9
    assert not breaker.allows()


def test_one_caller_probes_after_the_pause(breaker: Breaker, clock: Clock) -> None:
    breaker.failed()
    clock.now += 5
    assert [breaker.allows() for _ in range(3)] == [True, False, False]


def test_a_probe_that_never_says_how_it_went_is_followed_by_another(breaker: Breaker, clock: Clock) -> None:
    breaker.failed()
    clock.now += 5
    assert breaker.allows()
    clock.now += 5
    assert [breaker.allows() for _ in range(2)] == [True, False]


def test_a_probe_decides_for_all(breaker: Breaker, clock: Clock) -> None:
    breaker.failed()
    clock.now += 5
    assert breaker.allows()
    breaker.failed()
    clock.now += 4.9
    assert not breaker.allows()
    clock.now += 0.1
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.state == "closed"
    assert [breaker.allows() for _ in range(2)] == [True, True]
