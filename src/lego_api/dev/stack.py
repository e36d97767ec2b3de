"""Everything that the application needs around it: what the environment names, and the rest started here."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from lego_api.dev import accounts, environment, health
from lego_api.dev.aws.server import Aws
from lego_api.dev.environment import OPENSEARCH_URL
from lego_api.dev.failure import Failure
from lego_api.dev.opensearch.optional import OptionalOpenSearch
from lego_api.dev.ports import free_port
from lego_api.dev.postgres import Postgres
from lego_api.dev.processes import Child
from lego_api.dev.redis import Redis

# What `make dev` uses if it can, so that a database tool finds the same address every day.
POSTGRES_PORT, REDIS_PORT, AWS_PORT = 9432, 9379, 9566

ADDRESSES = {
    "PostgreSQL": "DATABASE_URL",
    "Redis": "REDIS_URL",
    "S3": "S3_ENDPOINT_URL",
    "Cognito": "COGNITO_ENDPOINT_URL",
    "OpenSearch": OPENSEARCH_URL,
}

# What tells that a part works; by the name of its address.
CHECKS: Mapping[str, Callable[[Mapping[str, str]], object]] = {
    "DATABASE_URL": lambda variables: health.sql(variables["DATABASE_URL"], "SELECT 1"),
    "REDIS_URL": lambda variables: health.ping_redis(variables["REDIS_URL"]),
    "S3_ENDPOINT_URL": lambda variables: health.head_bucket(variables),
    "COGNITO_ENDPOINT_URL": lambda variables: health.fetch_signing_keys(variables["COGNITO_JWKS_URL"]),
    OPENSEARCH_URL: lambda variables: health.ask_opensearch(variables[OPENSEARCH_URL]),
}


class Server(Protocol):
    """A part that runs here. May be stopped and started again, at the same address."""

    @property
    def child(self) -> Child | None: ...
    @property
    def origin(self) -> str: ...
    @property
    def offers(self) -> Mapping[str, Mapping[str, str]]:
        """For each part that it plays: the name of the part's address -> the variables that lead there."""
        ...

    def start(self) -> None:
        """Returns when it answers."""
        ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    address: str
    origin: str


class Stack:
    """With a directory it keeps its data there, also through a crash; without one it is quick and forgets all.

    Quick means without OpenSearch, too.
    """

    def __init__(self, directory: Path | None) -> None:
        environment.isolate()
        durable = directory is not None
        place = directory.absolute() if directory else Path(tempfile.mkdtemp(prefix="lego-api-"))
        self._temporary = None if directory else place

        def port(preferred: int) -> int:
            return free_port(preferred if durable else None)

        given = environment.given
        given_aws = given("S3_ENDPOINT_URL") and given("COGNITO_ENDPOINT_URL")
        self.postgres = None if given("DATABASE_URL") else Postgres(place, port(POSTGRES_PORT), durable=durable)
        self.redis = None if given("REDIS_URL") else Redis(place, port(REDIS_PORT))
        self.aws = None if given_aws else Aws(place, port(AWS_PORT), durable=durable)
        self.opensearch = OptionalOpenSearch(place) if durable and not given(OPENSEARCH_URL) else None
        candidates: tuple[Server | None, ...] = (self.postgres, self.redis, self.aws, self.opensearch)
        self.servers = [server for server in candidates if server is not None]
        self.environment = self._compose()

    def start(self) -> None:
        """Returns when every part answers. Raises `Failure`, with nothing left running, when one does not."""
        given = [part for part in self.parts if environment.given(ADDRESSES[part.name])]
        try:
            self._check(given)
            if self.opensearch:
                self.opensearch.launch()
            _all_at_once(server.start for server in self.servers if server is not self.opensearch)
            if self.opensearch:  # the slowest: in no thread, so that Ctrl-C need not wait for it
                self.opensearch.wait()
                self.environment = self._compose()
            self._check([part for part in self.parts if part not in given])
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        _all_at_once(server.stop for server in self.servers)
        if self._temporary:
            accounts.delete(self._temporary / "postgres")
            shutil.rmtree(self._temporary, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _compose(self) -> dict[str, str]:
        return environment.compose({k: v for server in self.servers for k, v in server.offers.items()})

    @property
    def parts(self) -> list[Part]:
        origins = {address: server.origin for server in self.servers for address in server.offers}
        origins[OPENSEARCH_URL] = self.opensearch.origin if self.opensearch else "none"
        return [
            Part(
                name,
                _without_password(self.environment.get(address, "-")),
                "given by the environment" if environment.given(address) else origins[address],
            )
            for name, address in ADDRESSES.items()
        ]

    def _check(self, parts: Sequence[Part]) -> None:
        for part in parts:
            variable = ADDRESSES[part.name]
            if variable not in self.environment:
                continue
            try:
                CHECKS[variable](self.environment)
            except Exception as error:
                why = f"{part.name} at {part.address} does not work: {str(error) or type(error).__name__}"
                if environment.given(variable):
                    names = " and ".join((variable, *environment.COMPANIONS.get(variable, ())))
                    instead = "starts one of its own" + (", or does without" if variable == OPENSEARCH_URL else "")
                    why += f"\nCorrect {names}, or unset {variable}: then `make dev` {instead}"
                raise Failure(why) from error


def _all_at_once(steps: Iterable[Callable[[], None]]) -> None:
    """Runs all to their end, then raises what the first of them raised."""
    with ThreadPoolExecutor() as threads:
        running = [threads.submit(step) for step in steps]
        for step in running:
            step.result()


def _without_password(url: str) -> str:
    try:
        password = urlsplit(url).password
    except ValueError as error:
        return f"an address that is none ({error})"
    return url.replace(f":{password}@", ":***@") if password else url
