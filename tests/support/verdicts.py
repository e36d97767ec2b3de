"""What becomes of the bytes that pass a `Proxy`, and rules that decide it."""

import threading
from collections.abc import Callable
from enum import Enum


class Verdict(Enum):
    """What becomes of some bytes on their way to the server."""

    PASS = "pass"
    CUT = "cut"  # the connection breaks, and the server never sees them
    HANG = "hang"  # from these bytes on nothing moves in either direction, until the way recovers
    LOSE_ANSWER = "lose answer"  # the server does as it is told, and the connection breaks before it can say so


Rule = Callable[[bytes], Verdict]


def passing(_data: bytes) -> Verdict:
    return Verdict.PASS


def after(count: int, marker: bytes, verdict: Verdict) -> Rule:
    """Lets `count` messages that contain `marker` pass; the verdict is on those that follow."""
    seen = 0

    def judge(data: bytes) -> Verdict:
        nonlocal seen
        seen += marker in data
        return verdict if seen > count and marker in data else Verdict.PASS

    return judge


def only(position: int, marker: bytes, verdict: Verdict) -> Rule:
    """The verdict is on one message that contains `marker`, the first being 0; all others pass."""
    seen = -1

    def judge(data: bytes) -> Verdict:
        nonlocal seen
        seen += marker in data
        return verdict if seen == position and marker in data else Verdict.PASS

    return judge


def announcing(rule: Rule) -> tuple[Rule, threading.Event]:
    """The same rule, and an event that is set once it lets something not pass."""
    struck = threading.Event()

    def announce(data: bytes) -> Verdict:
        verdict = rule(data)
        if verdict is not Verdict.PASS:
            struck.set()
        return verdict

    return announce, struck
