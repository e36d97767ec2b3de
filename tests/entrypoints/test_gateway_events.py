"""API Gateway's events (HTTP API, payload 2.0) on one handler object, with the pools that it keeps."""

import asyncio
import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from fastapi import Response
from mangum import Mangum

from lego_api.app import create_app
from lego_api.config import Settings
from tests.support.clients import Handler, LambdaGateway, event_of
from tests.support.database import Database
from tests.support.faults import Proxy
from tests.support.pictures import JPEG, PDF
from tests.support.tokens import token

URL = "https://api.example.com"
Event = dict[str, Any]


@pytest.fixture(scope="module")
def gateway(settings: Settings) -> Iterator[LambdaGateway]:
    with LambdaGateway(settings) as gateway:
        yield gateway


@pytest.fixture
def user_id() -> str:
    return str(uuid4())


@pytest.fixture
def bearer(settings: Settings, user_id: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(settings, user_id)}"}


def event(method: str, target: str, **request: Any) -> Event:
    return event_of(httpx.Request(method, f"{URL}{target}", **request))


def json_of(answer: Event) -> Any:
    assert answer["isBase64Encoded"] is False
    return json.loads(answer["body"])


def test_cookies_come_in_an_array_of_their_own(gateway: LambdaGateway, settings: Settings, user_id: str) -> None:
    reading = event("GET", "/api/wishlist")
    reading["cookies"] = ["theme=dark", f"token={token(settings, user_id)}", "last=1"]
    assert "cookie" not in reading["headers"]
    assert gateway.invoke(reading)["statusCode"] == 200


def test_cookies_are_set_apart_from_headers(gateway: LambdaGateway) -> None:
    signed_in = gateway.invoke(event("POST", "/api/mocs/test-auth"))
    assert signed_in["statusCode"] == 200, signed_in
    csrf = gateway.invoke(event("GET", "/api/csrf"))
    for answer, name in ((signed_in, "token"), (csrf, "XSRF-TOKEN")):
        (cookie,) = answer["cookies"]
        assert cookie.startswith(f"{name}={json_of(answer)['token']};")
        assert "set-cookie" not in {header.lower() for header in answer["headers"]}


def test_two_cookies_of_one_answer_stay_two(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"redis_url": None}))

    @app.get("/two")
    async def set_two(response: Response) -> None:
        response.set_cookie("one", "1")
        response.set_cookie("two", "2")

    def invoke() -> Event:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            handler: Handler = Mangum(app, lifespan="off")  # takes the loop of its thread, or else makes one
            return handler(event("GET", "/two"), None)
        finally:
            loop.close()

    with ThreadPoolExecutor(1) as sandbox:
        answer = sandbox.submit(invoke).result()
    assert [cookie.partition(";")[0] for cookie in answer["cookies"]] == ["one=1", "two=2"]


def test_a_body_may_come_as_text_or_in_base64(gateway: LambdaGateway, bearer: dict[str, str]) -> None:
    body = {"title": "Brücke 部品", "sortOrder": "1"}
    encoded = event("POST", "/api/wishlist", headers=bearer, json=body)
    plain = event("POST", "/api/wishlist", headers=bearer, json=body)
    plain |= {"isBase64Encoded": False, "body": json.dumps(body, ensure_ascii=False)}
    for sent in (encoded, plain):
        answer = gateway.invoke(sent)
        assert answer["statusCode"] == 201
        assert json_of(answer)["data"]["item"]["title"] == "Brücke 部品"


@pytest.mark.parametrize("absent", ["body", "cookies", "rawQueryString"])
def test_parts_of_an_event_may_be_absent(gateway: LambdaGateway, bearer: dict[str, str], absent: str) -> None:
    sent = event("GET", "/api/wishlist?category=Space", headers={**bearer, "Cookie": "theme=dark"})
    del sent[absent]
    assert gateway.invoke(sent)["statusCode"] == 200


def test_the_last_of_repeated_query_parameters_counts(gateway: LambdaGateway, bearer: dict[str, str]) -> None:
    title, nothing = f"Castle {uuid4()}", uuid4().hex
    gateway.invoke(event("POST", "/api/mocs", headers=bearer, json={"title": title}))

    def found(first: str, last: str) -> list[str]:
        answer = gateway.invoke(event("GET", f"/api/mocs/search?q={quote(first)}&q={quote(last)}"))
        assert answer["statusCode"] == 200, answer
        return [moc["title"] for moc in json_of(answer)["mocs"]]

    assert found(nothing, title) == [title]
    assert found(title, nothing) == []


def test_a_query_arrives_decoded_once(gateway: LambdaGateway, bearer: dict[str, str]) -> None:
    title = f"100%25 & ä+b {uuid4()}"
    gateway.invoke(event("POST", "/api/mocs", headers=bearer, json={"title": title}))
    found = json_of(gateway.invoke(event("GET", f"/api/mocs/search?q={quote(title)}&size=1")))
    assert [moc["title"] for moc in found["mocs"]] == [title]


def test_bytes_go_in_and_come_out_unchanged(gateway: LambdaGateway, bearer: dict[str, str]) -> None:
    content = PDF + bytes(range(256)) * 100 + b"\r\n\xff\xfe\x00"
    form = {
        "data": {"type": "moc", "title": f"Castle {uuid4()}", "author": "Anna"},
        "files": {
            "instructionsFile": ("plan.pdf", content, "application/pdf"),
            "images": ("front.jpg", JPEG, "image/jpeg"),
        },
    }
    created = gateway.invoke(event("POST", "/api/mocs/with-files", headers=bearer, **form))
    assert created["statusCode"] == 201, created
    instruction, picture = json_of(created)["moc"]["files"]
    answer = gateway.invoke(event("GET", instruction["fileUrl"]))
    assert answer["isBase64Encoded"] is True
    assert base64.b64decode(answer["body"]) == content
    assert gateway.invoke(event("GET", picture["fileUrl"]))["isBase64Encoded"] is True
    part = gateway.invoke(event("GET", instruction["fileUrl"], headers={"Range": "bytes=0-3"}))
    assert (part["statusCode"], base64.b64decode(part["body"])) == (206, b"%PDF")


def test_text_comes_out_as_text(gateway: LambdaGateway) -> None:
    for target in ("/", "/docs", "/openapi.json", "/nope", "/api/csrf"):
        answer = gateway.invoke(event("GET", target))
        assert answer["isBase64Encoded"] is False
        assert answer["body"]


def test_answers_without_a_body(gateway: LambdaGateway, bearer: dict[str, str]) -> None:
    preflight = {"Origin": "http://localhost:3002", "Access-Control-Request-Method": "PUT"}
    for sent, status in (
        (event("HEAD", "/api/wishlist", headers=bearer), 200),
        (event("GET", "/api/wishlist", headers=bearer | {"If-None-Match": "*"}), 304),
        (event("OPTIONS", "/api/wishlist", headers=preflight), 204),
    ):
        answer = gateway.invoke(sent)
        assert (answer["statusCode"], answer["body"]) == (status, "")
        assert answer["headers"]["x-content-type-options"] == "nosniff"


def test_hundreds_of_invocations_share_a_few_connections(settings: Settings) -> None:
    assert settings.redis_url
    with Proxy(settings.database_url) as database, Proxy(settings.redis_url) as redis:
        changed = settings.model_copy(update={"database_url": database.url, "redis_url": redis.url})
        with LambdaGateway(changed) as gateway:
            bearer = {"Authorization": f"Bearer {token(settings, str(uuid4()))}"}
            for number in range(150):
                item = {"title": f"Set {number}", "sortOrder": str(number)}
                written = gateway.invoke(event("POST", "/api/wishlist", headers=bearer, json=item))
                read = gateway.invoke(event("GET", "/api/wishlist", headers=bearer))
                assert (written["statusCode"], read["statusCode"]) == (201, 200)
            assert len(json_of(read)["data"]["items"]) == 150
        assert 1 <= database.accepted <= 2 * settings.database_pool_size
        assert 1 <= redis.accepted <= 3


def test_a_sandbox_thawed_after_its_connections_died(settings: Settings) -> None:
    assert settings.redis_url
    with Proxy(settings.database_url) as database, Proxy(settings.redis_url) as redis:
        changed = settings.model_copy(update={"database_url": database.url, "redis_url": redis.url})
        with LambdaGateway(changed) as gateway:
            user_id = str(uuid4())
            bearer = {"Authorization": f"Bearer {token(settings, user_id)}"}
            for number in range(3):
                item = {"title": f"Set {number}", "sortOrder": str(number)}
                assert gateway.invoke(event("POST", "/api/wishlist", headers=bearer, json=item))["statusCode"] == 201
                database.cut()
                redis.cut()
    assert Database(settings.database_url).count("wishlist_items", "user_id = $1", user_id) == 3
