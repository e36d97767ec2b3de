"""PostgreSQL over TCP, with a database `lego`, on a directory of its own."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from lego_api.dev import accounts, health
from lego_api.dev.failure import Failure
from lego_api.dev.leftovers import started_at
from lego_api.dev.ports import HOST
from lego_api.dev.postgres_installations import Installation, installations
from lego_api.dev.processes import Child

DATABASE = "lego"
SUPERUSER = "postgres"
# Nothing here is worth waiting for a disk: the data goes with the tests, of which many may run at once.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}


class Postgres:
    def __init__(self, directory: Path, port: int, *, durable: bool) -> None:
        self._home = directory / "postgres"
        self._logs = directory
        self._port = port
        self._durable = durable
        self._account = accounts.account_for(self._home)
        self.child: Child | None = None

    @property
    def url(self) -> str:
        return self._url(DATABASE)

    @property
    def offers(self) -> dict[str, dict[str, str]]:
        return {"DATABASE_URL": {"DATABASE_URL": self.url}}

    @property
    def origin(self) -> str:
        return self._installation.origin

    def start(self) -> None:
        home = accounts.directory_for(self._account, self._home)
        programs = self._programs(home)
        self._create_cluster(programs, home)
        _inherit_lock(home / "data" / "postmaster.pid")
        options = {
            "listen_addresses": HOST,
            "port": str(self._port),
            "unix_socket_directories": "",
            "timezone": "UTC",  # as on RDS: columns without a zone are filled by now()
            "log_timezone": "UTC",
            **({} if self._durable else FORGETFUL),
        }
        self.child = Child(
            "postgres",
            [programs / "postgres", "-D", home / "data", *(f"--{name}={value}" for name, value in options.items())],
            directory=self._logs,
            working_directory=home,
            environment=_environment(),
            account=self._account,
            stop_signal=signal.SIGINT,  # fast: does not wait for clients to leave
        )
        self.child.start()
        self.child.wait_for(self._create_database)

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    @cached_property
    def _installation(self) -> Installation:
        found = installations()
        version_file = self._home / "data" / "PG_VERSION"
        if version_file.exists():
            major = int(version_file.read_text())
            here = ", ".join(sorted({str(installation.major) for installation in found})) or "none"
            found = [installation for installation in found if installation.major == major]
            if not found:
                raise Failure(
                    f"the data in {self._home} was made by PostgreSQL {major}, and what there is now is: {here}. "
                    f"Bring {major} back (by unsetting LEGO_POSTGRES, if it is set), "
                    "or delete the data with `make clean`"
                )
        for installation in found:
            if self._account is None or installation.from_wheel or self._account.reaches(installation.binaries):
                return installation
        raise Failure(
            "no PostgreSQL of 15 or newer was found, neither on this machine nor as a wheel for its Python: "
            "install one, or set DATABASE_URL"
        )

    def _programs(self, home: Path) -> Path:
        """The directory of the server's programs, where the account can run them."""
        binaries = self._installation.binaries
        if self._account is None or self._account.reaches(binaries / "postgres"):
            return binaries
        copied = home / f"postgresql-{self._installation.version}"
        if not copied.exists():
            unfinished = home / "unfinished-copy"
            shutil.rmtree(unfinished, ignore_errors=True)
            self._installation.copy(unfinished)
            self._account.take(unfinished)
            unfinished.rename(copied)
        return self._installation.binaries_in(copied)

    def _create_cluster(self, programs: Path, home: Path) -> None:
        if (home / "data").exists():
            return
        unfinished = home / "unfinished-data"
        shutil.rmtree(unfinished, ignore_errors=True)
        options = {"pgdata": unfinished, "username": SUPERUSER, "auth": "trust", "encoding": "UTF8", "locale": "C"}
        done = subprocess.run(
            [programs / "initdb", "--no-sync", *(f"--{name}={value}" for name, value in options.items())],
            cwd=home,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            **accounts.popen_arguments(self._account),
        )
        if done.returncode != 0:
            raise Failure(f"initdb failed: {done.stderr.strip()}")
        unfinished.rename(home / "data")

    def _create_database(self) -> None:
        if not health.sql(self._url("postgres"), f"SELECT true FROM pg_database WHERE datname = '{DATABASE}'"):
            health.sql(self._url("postgres"), f"CREATE DATABASE {DATABASE}")

    def _url(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@{HOST}:{self._port}/{database}"


def _inherit_lock(file: Path) -> None:
    """Lets a server start on the data of one that was killed, even while the system still lists its process as ended.

    PostgreSQL refuses when a process has the id in its lock file, unless it is the parent's own. It still looks for
    survivors of the old server: by the shared memory, which the same file names.
    """
    with suppress(FileNotFoundError):
        pid, *rest = file.read_text().splitlines(keepends=True)
        if started_at(int(pid)) is None:
            file.write_text("".join([f"{os.getpid()}\n", *rest]))


def _environment() -> dict[str, str]:
    """Ours, in a language that every system has."""
    return {**os.environ, "LC_ALL": "C"}
