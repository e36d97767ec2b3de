"""Servers that fail on demand: a way to a real one that breaks, hangs or loses answers."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import Enum
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

from lego_api.config import Settings
from lego_api.dev.ports import HOST, free_port
from tests.support.clients import Api, LambdaGateway, UvicornServer

T = TypeVar("T")


@contextmanager
def serving(settings: Settings, way_in: str = "http", **changes: Any) -> Iterator[Api]:
    """An application of the test's own, with some settings changed."""
    changed = settings.model_copy(update=changes)
    with ExitStack() as running:
        if way_in == "http":
            api = Api(changed, running.enter_context(UvicornServer(changed)).url)
        else:
            api = Api(changed, "https://api.example.com", running.enter_context(LambdaGateway(changed)))
        running.callback(api.close)
        yield api


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


class Proxy:
    """Stands on a port of its own in front of a server, for settings to point at."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._port = free_port()
        self.url = urlunsplit(self._target._replace(netloc=self._netloc()))
        self.rule: Rule = passing
        self.delay = 0.0  # seconds by which all that is answered comes late
        self.accepted = 0  # connections so far
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        # Not asyncio's own server: closed while it accepts somebody, it loses the connection without closing it.
        self._listener: socket.socket | None = None
        self._arriving: set[asyncio.Task[None]] = set()  # kept from the garbage collector
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        self.recover()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def refuse(self) -> None:
        """As if nobody was there: connections break, and no new ones are accepted."""
        self._run(self._refuse())

    def hang(self) -> None:
        """As if the network dropped everything: connections are accepted and stay open, and nothing arrives."""
        self._call(self._flowing.clear)

    def cut(self) -> None:
        """Breaks the connections there are, as when the server restarts. New ones are welcome."""
        self._call(self._abort)

    def recover(self) -> None:
        self.rule, self.delay = passing, 0.0
        self._run(self._accept())

    @contextmanager
    def refusing(self) -> Iterator[None]:
        self.refuse()
        yield
        self.recover()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        self.hang()
        yield
        self.recover()

    @contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        self.delay = seconds
        yield
        self.recover()

    @contextmanager
    def leading_to(self, url: str) -> Iterator[None]:
        """Another server, for as long."""
        target, self._target = self._target, urlsplit(url)
        self.cut()
        yield
        self._target = target
        self.cut()

    def _netloc(self) -> str:
        user, at, _ = self._target.netloc.rpartition("@")
        return f"{user}{at}{HOST}:{self._port}"

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _call(self, work: Callable[[], None]) -> None:
        async def call() -> None:
            work()

        self._run(call())

    async def _accept(self) -> None:
        self._flowing.set()
        if self._listener is None:
            self._listener = socket.create_server((HOST, self._port))
            self._listener.setblocking(False)
            self._loop.add_reader(self._listener, self._welcome, self._listener)

    def _welcome(self, listener: socket.socket) -> None:
        with suppress(OSError):  # gone again
            connection, _ = listener.accept()
            task = self._loop.create_task(self._serve(connection))
            self._arriving.add(task)
            task.add_done_callback(self._arriving.discard)

    async def _refuse(self) -> None:
        if self._listener:
            self._loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        self._abort()

    async def _stop(self) -> None:
        writers = set(self._writers)
        self._flowing.set()
        await self._refuse()
        for task in self._tasks:
            task.cancel()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:  # among them, who was just being accepted
            await asyncio.gather(*others, return_exceptions=True)
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)

    def _abort(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, connection: socket.socket) -> None:
        self.accepted += 1
        reader, writer = await asyncio.open_connection(sock=connection)
        with self._tracked(writer):
            if self._listener is None:  # refused while it was being accepted
                writer.transport.abort()
            await self._flowing.wait()
            with suppress(OSError):
                target, to_target = await asyncio.open_connection(self._target.hostname, self._target.port)
                with self._tracked(to_target):
                    await self._connect(reader, writer, target, to_target)

    async def _connect(
        self,
        client: asyncio.StreamReader,
        to_client: asyncio.StreamWriter,
        target: asyncio.StreamReader,
        to_target: asyncio.StreamWriter,
    ) -> None:
        answers_are_lost = False

        async def ask(data: bytes) -> bool:
            nonlocal answers_are_lost
            verdict = self.rule(data)
            answers_are_lost |= verdict is Verdict.LOSE_ANSWER
            if verdict is Verdict.CUT:
                return False
            if verdict is Verdict.HANG:
                self._flowing.clear()
                await self._flowing.wait()
            to_target.write(data)
            return True

        async def answer(data: bytes) -> bool:
            if answers_are_lost:
                return False
            await asyncio.sleep(self.delay)
            to_client.write(data)
            return True

        pumps = [asyncio.create_task(self._pump(client, ask)), asyncio.create_task(self._pump(target, answer))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()

    async def _pump(self, source: asyncio.StreamReader, handle: Callable[[bytes], Awaitable[bool]]) -> None:
        with suppress(OSError):
            while data := await source.read(64 * 1024):
                await self._flowing.wait()
                if not await handle(data):
                    return

    @contextmanager
    def _tracked(self, writer: asyncio.StreamWriter) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            yield
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.close()
