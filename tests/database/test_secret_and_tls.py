"""A database that asks for a password of Secrets Manager's, and shows by a certificate who it is."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lego_api.config import Settings
from lego_api.dev.ports import free_port
from lego_api.dev.postgres import Postgres
from lego_api.entrypoints.commands import CommandFailed, handler
from tests.faults.databases import wait_until
from tests.faults.processes import environment
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.refusals import refusal
from tests.support.secrets import ENDPOINT, StoredSecret, way_to_secrets
from tests.support.tls import Authority, TlsDoor

ITEM = {"title": "Falcon", "sortOrder": "1"}
USER, DATABASE, PASSWORD = "lego_user", "lego_tls", "pass-word/1 '"
PASSWORDS_FOR_ALL_BUT_US = "host all postgres all trust\nhost all all all scram-sha-256\n"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Database]:
    """As its superuser."""
    with tempfile.TemporaryDirectory(prefix="lego-api-tls-") as directory:
        server = Postgres(Path(directory), free_port(), durable=False)
        server.start()
        try:
            database = Database(server.url)
            set_password(database, PASSWORD, create=True)
            database.fetch(f"CREATE DATABASE {DATABASE} OWNER {USER}")
            Path(database.value("SHOW hba_file")).write_text(PASSWORDS_FOR_ALL_BUT_US)
            database.fetch("SELECT pg_reload_conf()")
            wait_until(lambda: bool(database.value("SELECT count(*) = 2 FROM pg_hba_file_rules")), "its rules")
            yield database
        finally:
            server.stop()


def set_password(postgres: Database, password: str, *, create: bool = False) -> None:
    quoted = password.replace("'", "''")
    postgres.fetch(f"{'CREATE' if create else 'ALTER'} ROLE {USER} LOGIN PASSWORD '{quoted}'")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("trusted"), "trusted")


@pytest.fixture
def door(postgres: Database, authority: Authority) -> Iterator[TlsDoor]:
    with TlsDoor(postgres.url, authority.server_context()) as door:
        yield door


@pytest.fixture
def way(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with way_to_secrets(settings, monkeypatch) as way:
        yield way


@pytest.fixture
def secret(settings: Settings, postgres: Database, way: Proxy) -> StoredSecret:
    set_password(postgres, PASSWORD)
    return StoredSecret(settings, {"username": USER, "password": PASSWORD})


@pytest.fixture
def changes(door: TlsDoor, secret: StoredSecret, authority: Authority) -> dict[str, Any]:
    """What an application is told."""
    return {
        "database_url": f"postgresql+asyncpg://{door.url(USER, DATABASE).partition('://')[2]}",
        "database_auth": "secret",
        "database_secret_arn": secret.arn,
        "database_ca_file": authority.file,
        "redis_url": None,
    }


def function(settings: Settings, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], way: Proxy) -> None:
    """The environment of the function that runs commands."""
    variables = environment(settings) | {name.upper(): str(value) for name, value in changes.items() if value}
    for name, value in (variables | {ENDPOINT: way.url}).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def migrated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], way: Proxy, postgres: Database
) -> None:
    function(settings, monkeypatch, changes, way)
    assert handler({"command": ["migrate"]}, None)["exitCode"] == 0


@pytest.fixture
def api(settings: Settings, changes: dict[str, Any], migrated: None) -> Iterator[Api]:
    with serving(settings, **changes) as api:
        yield api


def write(api: Api) -> int:
    return api.user().post("/api/wishlist", json=ITEM).status_code


def check_unavailable(api: Api) -> None:
    assert refusal(api.user().post("/api/wishlist", json=ITEM))[:2] == (503, "SERVICE_UNAVAILABLE")


def leave(postgres: Database) -> None:
    """Ends the connections there are."""
    postgres.fetch(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{USER}'")


def test_migrations_and_requests_sign_in_with_the_secret(api: Api, door: TlsDoor, postgres: Database) -> None:
    migrated_through = door.passed
    assert migrated_through >= 1
    assert write(api) == 201
    assert door.passed > migrated_through
    signed_in = f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{USER}' AND datname = '{DATABASE}'"
    assert postgres.value(signed_in) >= 1
    assert api.client().get("/health").json()["components"]["database"] == "healthy"


@pytest.mark.parametrize("wrong", ["authority", "name", "none"])
def test_who_cannot_show_who_it_is_gets_no_password(
    settings: Settings, changes: dict[str, Any], door: TlsDoor, authority: Authority, tmp_path: Path, wrong: str
) -> None:
    door.context = {
        "authority": Authority(tmp_path, "another").server_context(),
        "name": authority.server_context("db.example.com"),
        "none": None,
    }[wrong]
    with serving(settings, **changes) as api:
        check_unavailable(api)
        assert api.client().get("/health").status_code == 503
    assert door.passed == 0


def test_without_the_file_only_authorities_of_the_machine_are_trusted(
    settings: Settings, changes: dict[str, Any], door: TlsDoor
) -> None:
    with serving(settings, **(changes | {"database_ca_file": None})) as api:
        check_unavailable(api)
    assert door.passed == 0


def test_a_password_that_is_renewed_between_two_connections(api: Api, postgres: Database, secret: StoredSecret) -> None:
    assert write(api) == 201
    set_password(postgres, "another one")
    assert write(api) == 201, "who is in stays in"
    leave(postgres)
    check_unavailable(api)
    secret.put({"username": USER, "password": "another one"})
    assert write(api) == 201


def test_while_the_secret_cannot_be_read(api: Api, postgres: Database, way: Proxy) -> None:
    assert write(api) == 201
    way.refuse()
    assert write(api) == 201, "who is in stays in"
    leave(postgres)
    check_unavailable(api)
    way.recover()
    assert write(api) == 201


@pytest.mark.parametrize("value", ["no JSON", "[]", {}, {"password": ""}, {"password": 5}], ids=str)
def test_a_secret_without_a_password(
    settings: Settings, changes: dict[str, Any], secret: StoredSecret, door: TlsDoor, value: Any
) -> None:
    secret.put(value)
    with serving(settings, **changes) as api:
        check_unavailable(api)


def test_migrations_say_what_is_in_their_way(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    way: Proxy,
    door: TlsDoor,
    authority: Authority,
    tmp_path: Path,
) -> None:
    function(settings, monkeypatch, changes, way)

    def failed() -> str:
        with pytest.raises(CommandFailed) as raised:
            handler({"command": ["migrate"]}, None)
        assert "Traceback" not in str(raised.value)
        assert PASSWORD not in str(raised.value)
        return str(raised.value)

    with way.refusing():
        assert "cannot sign in" in failed()
    door.context = Authority(tmp_path, "another").server_context()
    assert "certificate verify failed" in failed()


def test_a_file_that_is_not_there_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://lego@db.example/lego")
    with pytest.raises(ValueError, match="database_ca_file"):
        Settings(
            database_ca_file=Path("/nowhere.pem"),
            s3_bucket="b",
            cognito_user_pool_id="p",
            cognito_client_ids=("c",),
            secrets_arn="arn",
        )
