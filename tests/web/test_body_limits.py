"""How much a request may carry. The refusal names the limit, and the connection lives on."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lego_api.config import Settings
from lego_api.web.body import LAMBDA_BODY_BYTES
from tests.support.clients import Api
from tests.support.faults import serving
from tests.support.pictures import JPEG
from tests.support.raw_http import raw_request

MEGABYTE = 1024 * 1024
UPLOAD = "/api/wishlist/upload-image"
BOUNDARY = "edge"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
PART = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'.encode()
END = f"\r\n--{BOUNDARY}--\r\n".encode()


def pieces(count: int, start: bytes = b"") -> Iterator[bytes]:
    yield start
    for _ in range(count):
        yield b"x" * MEGABYTE


def check_too_large(answer: httpx.Response, limit: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["statusCode"], body["code"]) == (413, 413, "PAYLOAD_TOO_LARGE")
    assert f"At most {limit} MB are accepted" in body["message"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/api/mocs", "/api/wishlist", "/nowhere", UPLOAD])
def test_json_over_its_limit(over_http: Api, path: str) -> None:
    user = over_http.user()
    headers = {"Content-Type": "application/json"}
    check_too_large(user.post(path, content=b"x" * (10 * MEGABYTE + 1), headers=headers), "10")
    check_too_large(user.post(path, content=pieces(11), headers=headers), "10")
    assert user.get("/api/wishlist").status_code == 200


def test_json_of_exactly_the_limit_is_read(settings: Settings) -> None:
    with serving(settings, max_json_bytes=MEGABYTE) as api:
        body = b'{"title": "Falcon", "sortOrder": "1"' + b" " * MEGABYTE
        fits = body[: MEGABYTE - 1] + b"}"
        headers = {"Content-Type": "application/json"}
        assert api.user().post("/api/wishlist", content=fits, headers=headers).status_code == 201
        check_too_large(api.user().post("/api/wishlist", content=fits + b" ", headers=headers), "1")


def test_a_form_over_the_limit_of_its_route(over_http: Api) -> None:
    user = over_http.user()
    headers = {"Content-Type": FORM}
    announced = raw_request(
        over_http,
        "POST",
        UPLOAD,
        PART,
        Content_Type=FORM,
        Content_Length="99999999",
        Authorization=user.headers["Authorization"],
    )
    for answer in (announced, user.post(UPLOAD, content=pieces(41, PART), headers=headers)):
        assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
        assert "At most 40 MB are read, and a file may have less" in answer.json()["message"]
    assert user.post(UPLOAD, files={"image": ("a.jpg", JPEG)}).status_code == 200


@pytest.mark.parametrize("path", ["/api/wishlist/reorder/cancel", "/nowhere"])
def test_a_form_where_none_is_taken_has_the_limit_of_json(over_http: Api, path: str) -> None:
    user = over_http.user()
    headers = {"Content-Type": FORM}
    check_too_large(user.post(path, content=b"x" * (10 * MEGABYTE + 1), headers=headers), "10")
    check_too_large(user.post(path, content=pieces(11, PART), headers=headers), "10")


def test_a_form_of_nobody_is_not_even_read(over_http: Api) -> None:
    """The answer comes while most of the body is still to be sent."""
    answer = raw_request(over_http, "POST", UPLOAD, PART, Content_Type=FORM, Content_Length=str(30 * MEGABYTE))
    assert answer.status_code == 401


def event_body(size: int) -> dict[str, Any]:
    return {"content": PART + b"x" * (size - len(PART) - len(END)) + END, "headers": {"Content-Type": FORM}}


@pytest.mark.parametrize("path", [UPLOAD, "/api/mocs/with-files", "/api/mocs", "/nowhere"])
def test_more_than_an_invocation_carries_names_the_other_way(through_lambda: Api, path: str) -> None:
    answer = through_lambda.user().post(path, **event_body(LAMBDA_BODY_BYTES + 100))
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert "4.4 MB" in answer.json()["message"]
    names_it = "POST /api/mocs/with-files/initialize, which takes the mocId" in answer.json()["message"]
    assert names_it is path.startswith("/api/mocs"), "elsewhere it would not help"


def test_what_an_invocation_carries_is_read(through_lambda: Api) -> None:
    answer = through_lambda.user().post(UPLOAD, **event_body(LAMBDA_BODY_BYTES - 100))
    assert answer.status_code == 400, "read, and found to be no picture"
    assert "a.jpg" in answer.json()["message"]


def test_a_server_has_no_such_limit(over_http: Api) -> None:
    answer = over_http.user().post(UPLOAD, **event_body(LAMBDA_BODY_BYTES + 100))
    assert answer.status_code == 400, "read, and found to be no picture"


def test_a_large_body_of_nobody_is_not_parsed(over_http: Api) -> None:
    body = b"[" + b"{}," * 1_000_000 + b"{}]"
    headers = {"Content-Type": "application/json"}
    assert over_http.client().post("/api/mocs", content=body, headers=headers).status_code == 401
    assert over_http.client().post("/api/mocs", content=b"[]", headers=headers).status_code == 401
    assert over_http.user().post("/api/mocs", content=body, headers=headers).status_code == 400
