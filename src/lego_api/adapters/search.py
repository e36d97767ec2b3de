"""OpenSearch over the wire: what it answers, or `SearchUnavailable`."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from lego_api.adapters import tracing
from lego_api.adapters.breaker import Breaker
from lego_api.adapters.search_answers import Malformed, aliases, hits, outcomes
from lego_api.adapters.search_clients import NotSigned, import_sdk, new_client
from lego_api.config import Settings
from lego_api.errors import SearchRefused, SearchUnavailable

logger = logging.getLogger(__name__)

JOB_SECONDS = 30.0  # for a request that nobody waits for
WRITE_SECONDS = 5.0  # for one that writes: who waits has a budget of their own, and slow is better than never
PATIENCE = 0.1  # seconds; who goes away sooner says nothing about the cluster
MOST_UNANSWERED = 3  # calls in a row whose callers had no more time: each may have asked for too much, but not all
REFUSED_US = frozenset({401, 403})
ABOUT_THE_REQUEST = frozenset({400, 405, 406, 411, 413, 415, 422})
AWAY = frozenset({429, 502, 503, 504})  # another error, also a 500, may be about this one request
ALREADY_THERE = "resource_already_exists_exception"

T = TypeVar("T")

Body = Mapping[str, Any]
Call = Callable[[Any], Awaitable[T]]


class SearchCluster:
    """Requests name an index or an alias; nothing is created by writing to what does not exist."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seconds = settings.search_timeout
        self._client: Any = None
        self._opening = asyncio.Lock()
        self._warming: asyncio.Task[Any] | None = None
        self._unanswered = 0
        self.breaker = Breaker("opensearch", settings.breaker_seconds)

    @property
    def enabled(self) -> bool:
        return self._settings.opensearch_url is not None

    async def prepare(self) -> None:
        """Loads the SDK; else the first use does."""
        await asyncio.to_thread(import_sdk)

    def warm(self) -> None:
        """Begins to open the client, for somebody who will soon need it and has little time then."""
        if self._client is None and self._warming is None:
            self._warming = asyncio.create_task(self._open())
            self._warming.add_done_callback(lambda task: task.cancelled() or task.exception())  # the next use tells

    async def ping(self) -> None:
        """Says nothing to the breaker: a cluster may be there and too busy to search. Raises `SearchUnavailable`."""
        params = _within(self._seconds)
        await self._ask("health", lambda client: client.cluster.health(params=params), self._seconds, judges=False)

    async def probe(self, pattern: str) -> None:
        """Searches for nothing, also while the breaker is open, and closes it on an answer. `SearchUnavailable`."""
        params = {"allow_no_indices": "true", "ignore_unavailable": "true", **_within(WRITE_SECONDS)}

        async def search(client: Any) -> Mapping[str, Any]:
            return hits(await client.search(index=pattern, body={"size": 0}, params=params))

        await self._ask("probe", search, WRITE_SECONDS)

    async def search(self, index: str, body: Body, *, seconds: float | None = None) -> Mapping[str, Any]:
        """The answer's `hits`, of all shards. An index that is not there is no empty one: it raises, too."""
        seconds = seconds or self._seconds
        params = {"allow_partial_search_results": "false", **_within(seconds)}
        timed = {"timeout": f"{int(seconds * 1000)}ms", **body}

        async def search(client: Any) -> Mapping[str, Any]:
            return hits(await client.search(index=index, body=timed, params=params))

        return await self._call("search", search, seconds)

    async def bulk(
        self, alias: str, operations: Sequence[Sequence[bytes]], *, refresh: bool, seconds: float | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """What became of each operation: its `status`, and an `error` where it failed.

        Raises `SearchUnavailable`, and `SearchRefused` where the request as a whole is one that it never takes.
        """
        seconds = seconds or max(self._seconds, WRITE_SECONDS)
        params = {"require_alias": "true", "refresh": str(refresh).lower(), **_within(seconds)}
        body = b"".join(line + b"\n" for lines in operations for line in lines)

        async def bulk(client: Any) -> Sequence[Mapping[str, Any]]:
            return outcomes(await client.bulk(index=alias, body=body, params=params), len(operations))

        return await self._call("bulk", bulk, seconds)

    async def create(self, index: str, body: Body) -> None:
        """Also where somebody else was quicker."""
        from opensearchpy.exceptions import RequestError

        async def create(client: Any) -> Any:
            try:
                return await client.indices.create(index=index, body=body, params=_within(JOB_SECONDS))
            except RequestError as error:
                if ALREADY_THERE not in str(error.error):  # its type, or the whole answer
                    raise

        await self._call("create", create, JOB_SECONDS)

    async def indices(self, pattern: str) -> Mapping[str, frozenset[str]]:
        """Those that there are, and the aliases of each."""
        params = _within(JOB_SECONDS)

        async def indices(client: Any) -> Mapping[str, frozenset[str]]:
            return aliases(await client.indices.get_alias(index=pattern, params=params))

        return await self._call("aliases", indices, JOB_SECONDS)

    async def change_aliases(self, actions: Sequence[Body]) -> None:
        """All at once."""
        body, params = {"actions": list(actions)}, _within(JOB_SECONDS)
        await self._call(
            "update_aliases", lambda client: client.indices.update_aliases(body=body, params=params), JOB_SECONDS
        )

    async def refresh(self, index: str) -> None:
        params = _within(JOB_SECONDS)
        await self._call("refresh", lambda client: client.indices.refresh(index=index, params=params), JOB_SECONDS)

    async def delete(self, index: str) -> None:
        """Also one that is gone, or goes meanwhile."""
        from opensearchpy.exceptions import NotFoundError

        params = {"ignore_unavailable": "true", **_within(JOB_SECONDS)}

        async def delete(client: Any) -> None:
            with suppress(NotFoundError):
                await client.indices.delete(index=index, params=params)

        await self._call("delete", delete, JOB_SECONDS)

    async def put_role(self, name: str, role: Body) -> None:
        """Of the domain's own, in place of the one that has this name."""
        role = {"role": name, "body": role, "params": _within(JOB_SECONDS)}
        await self._call("put_role", lambda client: client.security.create_role(**role), JOB_SECONDS)

    async def map_role(self, name: str, mapping: Body) -> None:
        """Says whose it is, and nobody else's."""
        mapping = {"role": name, "body": mapping, "params": _within(JOB_SECONDS)}
        await self._call("map_role", lambda client: client.security.create_role_mapping(**mapping), JOB_SECONDS)

    async def aclose(self) -> None:
        if self._warming is not None:
            await asyncio.wait([self._warming])
            self._warming = None
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _call(self, name: str, call: Call[T], seconds: float) -> T:
        if not self.enabled or not self.breaker.allows():
            raise SearchUnavailable
        return await self._ask(name, call, seconds)

    async def _ask(self, name: str, call: Call[T], seconds: float, *, judges: bool = True) -> T:
        """`judges`: whether the breaker learns from it."""
        try:
            client = await self._open()  # before the clock runs: the first time imports the SDK
        except NotSigned as error:
            self.breaker.failed()
            raise SearchUnavailable from error
        from opensearchpy.exceptions import OpenSearchException, TransportError

        started = time.monotonic()
        try:
            with tracing.span(f"opensearch {name}"):
                async with asyncio.timeout(seconds):
                    answer = await call(client)
        except asyncio.CancelledError:
            if judges and time.monotonic() - started > PATIENCE:
                self._unanswered += 1
                if self._unanswered >= MOST_UNANSWERED or self.breaker.state == "open":
                    self.breaker.failed()
            raise
        except TransportError as error:
            status = error.status_code if isinstance(error.status_code, int) else None
            logger.warning("OpenSearch failed: %s %s", type(error).__name__, error.error, extra={"status": status})
            if judges:
                self._judge(status is not None and status not in AWAY | REFUSED_US)
            if status in ABOUT_THE_REQUEST:
                raise SearchRefused from error
            raise SearchUnavailable from error
        except (OpenSearchException, OSError, Malformed, NotSigned) as error:  # no JSON, say, or nothing in time
            logger.warning("OpenSearch failed: %s", type(error).__name__)
            if judges:
                self._judge(False)
            raise SearchUnavailable from error
        if judges:
            self._unanswered = 0
            self._judge(True)
        return answer

    def _judge(self, is_well: bool) -> None:
        if is_well:
            self.breaker.succeeded()
        else:
            self.breaker.failed()

    async def _open(self) -> Any:
        async with self._opening:
            if self._client is None:
                await self.prepare()
                self._client = await asyncio.to_thread(new_client, self._settings)
        return self._client


def operation(name: str, id: str, version: int, document: Body | None = None) -> list[bytes]:
    """Lines of a bulk request. Of one document only the greatest version counts, in whatever order they arrive."""
    about = {name: {"_id": id, "version": version, "version_type": "external"}}
    return [json.dumps(line, ensure_ascii=False).encode() for line in (about, document) if line is not None]


def _within(seconds: float) -> dict[str, Any]:
    return {"request_timeout": seconds}
