"""How a process shows who it is: signatures for a database, and secrets over the wire."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from lego_api.adapters.aws_credentials import SecretsManager, password_source, token_source
from lego_api.config import Settings
from lego_api.db import sign_in
from lego_api.errors import Unavailable
from tests.support.faults import Proxy
from tests.support.secrets import StoredSecret, way_to_secrets

HOST, PORT, REGION = "proxy.example.com", 5432, "eu-central-1"


@pytest.fixture
def way(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with way_to_secrets(settings, monkeypatch) as way:
        yield way


def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/dev/null")


def theirs(user: str) -> str:
    rds = boto3.session.Session().client("rds", region_name=REGION)
    return str(rds.generate_db_auth_token(DBHostname=HOST, Port=PORT, DBUsername=user, Region=REGION))


@pytest.mark.parametrize("session", [None, "Fwo+token/with=signs"], ids=["key", "session"])
@pytest.mark.parametrize("user", ["lego_app", "odd user+&=/@ü"])
def test_a_token_is_the_one_that_the_sdk_makes(monkeypatch: pytest.MonkeyPatch, user: str, session: str | None) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    if session:
        monkeypatch.setenv("AWS_SESSION_TOKEN", session)
    else:
        monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    token = token_source(HOST, PORT, user, REGION)
    for _ in range(100):  # until all three are of the same second
        before, ours, after = theirs(user), asyncio.run(token()), theirs(user)
        if before == after:
            break
    assert ours == before
    asked = parse_qs(urlsplit(f"https://{ours}").query)
    assert (asked["Action"], asked["DBUser"], asked["X-Amz-Expires"]) == (["connect"], [user], ["900"])


def test_a_connection_by_iam_asks_for_a_token_each_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    url = "postgresql+asyncpg://lego_app@proxy.example.com/lego"
    arguments = sign_in(settings.model_copy(update={"database_url": url, "database_auth": "iam"}))
    assert asyncio.run(arguments["password"]()).startswith("proxy.example.com:5432/?Action=connect&DBUser=lego_app&")
    assert arguments["ssl"].check_hostname


def test_without_credentials_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    no_credentials(monkeypatch)
    with pytest.raises(Unavailable):
        asyncio.run(token_source(HOST, PORT, "lego_app", REGION)())


def test_a_secret_is_read_as_it_is_now(settings: Settings, way: Proxy) -> None:
    stored = StoredSecret(settings, {"password": "first"})
    password = password_source(stored.arn, settings.aws_region)
    assert asyncio.run(password()) == "first"
    stored.put({"password": "second"})
    assert asyncio.run(password()) == "second"


def test_several_at_once_share_a_client(settings: Settings, way: Proxy) -> None:
    stored = StoredSecret(settings, {"password": "the same"})

    async def read() -> list[Any]:
        manager = SecretsManager(settings.aws_region)
        return list(await asyncio.gather(*(manager.read(stored.arn) for _ in range(8))))

    assert asyncio.run(read()) == [{"password": "the same"}] * 8


@pytest.mark.parametrize("what", ["away", "unknown", "bytes", "not an object", "no credentials"])
def test_what_cannot_be_read(settings: Settings, way: Proxy, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    stored = StoredSecret(settings, "[1]" if what == "not an object" else {"password": "5eCr3t"})
    arn = stored.arn
    if what == "away":
        way.refuse()
    elif what == "unknown":
        arn = arn.replace(":secret:", ":secret:not-")
    elif what == "bytes":
        stored.put_bytes(b'{"password": "5eCr3t"}')
    elif what == "no credentials":
        no_credentials(monkeypatch)
    with pytest.raises(Unavailable) as raised:
        asyncio.run(SecretsManager(settings.aws_region).read(arn))
    assert (raised.value.status, raised.value.retry_after) == (503, 5)
    assert arn not in raised.value.message
