"""Spans on their way to the agent: in datagrams, without waiting, and whether or not anybody takes them."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest

from lego_api.adapters import tracing
from lego_api.adapters.xray import HELD, INVOCATION, Tracer, address_of
from lego_api.config import Settings
from lego_api.dev.ports import HOST, free_port
from tests.support.trace_agent import TraceAgent, attributes


@pytest.fixture(autouse=True)
def outside_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(INVOCATION, raising=False)


@contextmanager
def traced() -> Iterator[tuple[Tracer, TraceAgent]]:
    with TraceAgent() as agent:
        tracer = Tracer(service="test", agent=agent.address)
        yield tracer, agent
        tracer.close()


def test_it_is_off_unless_the_settings_say_so(settings: Settings) -> None:
    tracing.start(settings)
    assert not tracing.is_on()
    for nothing in (tracing.span("redis MGET"), tracing.invocation("GET")):
        assert isinstance(nothing, nullcontext)


def test_many_spans_go_in_as_many_datagrams_as_it_takes() -> None:
    count = HELD * 3 + 7
    with traced() as (tracer, agent):
        with tracer.invocation("everything"):
            for number in range(count):
                with tracer.span(f"redis {'x' * 200} {number}"):
                    pass
        names = [span.name.rpartition(" ")[2] for span in agent.received()]
    assert len(names) == len(set(names)) == count + 1
    assert names[-1] == "everything"


def test_those_who_are_served_side_by_side_are_told_apart() -> None:
    with traced() as (tracer, agent):

        async def serve(number: int, turn: asyncio.Barrier) -> None:
            with tracer.invocation(f"root {number}"):
                await turn.wait()
                with tracer.span(f"child {number}"):
                    await turn.wait()

        async def serve_all() -> None:
            turn = asyncio.Barrier(5)
            await asyncio.gather(*(serve(number, turn) for number in range(5)))

        asyncio.run(serve_all())
        spans = {span.name: span for span in agent.received()}
    assert len({span.trace_id for span in spans.values()}) == 5
    for number in range(5):
        assert spans[f"child {number}"].parent_span_id == spans[f"root {number}"].span_id


def test_the_first_failure_passes_through_and_is_told_by_its_type() -> None:
    with traced() as (tracer, agent):
        with pytest.raises(ValueError, match="5eCr3t"), tracer.invocation("root"), tracer.span("redis GET"):
            raise ValueError("5eCr3t")
        spans = agent.receive()
    assert [attributes(span) for span in spans] == [{"error.type": "ValueError"}] * 2
    assert "5eCr3t" not in str(spans)


def test_without_an_agent_nothing_happens() -> None:
    for agent in (f"{HOST}:{free_port()}", "agent.invalid:2000"):
        tracer = Tracer(service="test", agent=agent)
        for _ in range(3):
            with tracer.invocation("root"), tracer.span("redis GET"):
                pass
        tracer.close()


@pytest.mark.parametrize(
    "header", ["", "rubbish", "Root=1-5;Parent=x;Sampled=1", "Root=1-zzzzzzzz-" + "z" * 24 + ";Sampled=1"]
)
def test_a_header_that_says_nothing_begins_a_trace(monkeypatch: pytest.MonkeyPatch, header: str) -> None:
    monkeypatch.setitem(os.environ, INVOCATION, header)
    with traced() as (tracer, agent):
        with tracer.invocation("root"):
            pass
        (span,) = agent.receive()
    assert span.parent_span_id == b""


@pytest.mark.parametrize(
    ("agent", "address"),
    [
        ("169.254.100.1:2000", ("169.254.100.1", 2000)),
        ("tcp:127.0.0.1:2000 udp:127.0.0.2:2001", ("127.0.0.2", 2001)),
        ("udp:127.0.0.2:2001 tcp:127.0.0.1:2000", ("127.0.0.2", 2001)),
        ("[::1]:2000", ("::1", 2000)),
    ],
)
def test_addresses(agent: str, address: tuple[str, int]) -> None:
    assert address_of(agent) == address


@pytest.mark.parametrize("agent", ["", "localhost", ":2000", "localhost:", "localhost:x", "tcp:127.0.0.1:2000"])
def test_what_is_no_address_is_refused_at_once(agent: str) -> None:
    with pytest.raises(ValueError, match="AWS_XRAY_DAEMON_ADDRESS"):
        Tracer(service="test", agent=agent)
