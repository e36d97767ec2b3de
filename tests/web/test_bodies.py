"""What a request body may be, and the clear refusal that everything else gets."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.support.clients import Api, User
from tests.support.raw_http import cut_short

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"


def send(user: User, body: bytes, content_type: str | None = JSON, path: str = "/api/wishlist", **headers: str) -> Any:
    if content_type is not None:
        headers["Content-Type"] = content_type
    return user.post(path, content=body, headers=headers)


def titles(user: User) -> list[str]:
    return [item["title"] for item in user.get("/api/wishlist").json()["data"]["items"]]


@pytest.mark.parametrize("path", ["/api/wishlist", "/api/mocs"])
@pytest.mark.parametrize(
    "body",
    [
        b'{"title": "a",}',
        b"{'title': 'a'}",
        b'{"title"',
        b"{",
        b"title=a",
        b"\xff",
        b'{"title": "\xff"}',
        b"[" * 100_000,
    ],
    ids=["comma", "quotes", "cut", "open", "form", "no text", "not UTF-8", "too deep"],
)
def test_what_is_not_json_is_a_bad_request(api: Api, path: str, body: bytes) -> None:
    answer = send(api.user(), body, path=path)
    assert answer.status_code == 400
    assert answer.json()["code"] == "VALIDATION_ERROR"
    assert isinstance(answer.json()["message"], str)


@pytest.mark.parametrize("path", ["/api/wishlist", "/api/mocs"])
@pytest.mark.parametrize("body", [b"null", b"true", b"1", b'"title"', b"[]", b'[{"title": "a"}]', b"NaN"])
def test_json_that_is_no_object_is_a_bad_request(api: Api, path: str, body: bytes) -> None:
    answer = send(api.user(), body, path=path)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")


def test_malformed_json_is_named_before_the_missing_token(api: Api) -> None:
    answer = api.client(**{"Content-Type": JSON}).post("/api/mocs", content=b"{")
    assert answer.status_code == 400
    assert answer.json()["message"] == "The body is not valid JSON"


@pytest.mark.parametrize("body", [b"", b"  \r\n"])
def test_an_empty_json_body_is_an_empty_object(api: Api, body: bytes) -> None:
    user = api.user()
    moc = user.post("/api/mocs", json={"title": f"Castle {uuid4()}"}).json()["moc"]
    answer = user.patch(f"/api/mocs/{moc['id']}", content=body, headers={"Content-Type": JSON})
    assert answer.status_code == 200
    assert answer.json()["moc"]["title"] == moc["title"]
    missing = send(user, body)
    assert missing.status_code == 400
    assert {issue["path"][0] for issue in missing.json()["details"]} == {"title", "sortOrder"}


@pytest.mark.parametrize(
    "kind",
    [
        JSON,
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/merge-patch+json",
        "application/json;",
    ],
)
def test_json_by_any_of_its_names_is_read(api: Api, kind: str) -> None:
    user = api.user()
    body = '{"title": "Brücke", "sortOrder": "1"}'.encode()
    assert send(user, body, kind).status_code == 201
    assert titles(user) == ["Brücke"]


def test_json_may_start_with_a_byte_order_mark(api: Api) -> None:
    assert send(api.user(), b'\xef\xbb\xbf{"title": "Falcon", "sortOrder": "1"}').status_code == 201


def test_unknown_keys_are_ignored_and_the_last_of_two_alike_counts(api: Api) -> None:
    user = api.user()
    body = b'{"title": "Eagle", "id": 7, "userId": "mallory", "sortOrder": "1", "title": "Falcon"}'
    assert send(user, body).json()["data"]["item"]["userId"] == user.id
    assert titles(user) == ["Falcon"]


def test_urlencoded_forms_are_read_too(api: Api) -> None:
    user = api.user()
    answer = send(user, b"title=Br%C3%BCcke+%26+Tor&sortOrder=1&description=", f"{URLENCODED}; charset=UTF-8")
    assert answer.status_code == 201, answer.text
    assert titles(user) == ["Brücke & Tor"]


def test_a_repeated_field_of_a_form_is_a_list(api: Api) -> None:
    body = f"title=Castle+{uuid4()}&tags=red&tags=blue".encode()
    answer = send(api.user(), body, URLENCODED, "/api/mocs")
    assert answer.json()["moc"]["tags"] == ["red", "blue"]


@pytest.mark.parametrize(
    "body",
    [b"title=%FF&sortOrder=1", b"title=\xff&sortOrder=1", b"&".join([b"a=1"] * 1001)],
    ids=["escape", "byte", "many"],
)
def test_forms_that_cannot_be_read_are_bad_requests(api: Api, body: bytes) -> None:
    user = api.user()
    answer = send(user, body, URLENCODED)
    assert (answer.status_code, answer.json()["message"]) == (400, "The form cannot be read")
    assert titles(user) == []


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "image/jpeg", "json", "", None, "application/json-seq", ";charset=utf-8"]
)
def test_other_kinds_are_refused_with_the_one_to_send(api: Api, kind: str | None) -> None:
    user = api.user()
    answer = send(user, b'{"title": "Falcon", "sortOrder": "1"}', kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert JSON in answer.json()["message"]
    assert titles(user) == []


def test_a_multipart_form_is_refused_where_json_is_read(api: Api) -> None:
    user = api.user()
    for path in ("/api/wishlist", "/api/mocs"):
        answer = user.post(path, files={"title": (None, "Falcon"), "sortOrder": (None, "1")})
        assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
        assert answer.json()["message"] == f"Send the body as {JSON}, not as multipart/form-data"
    assert user.post("/nowhere", files={"title": (None, "Falcon")}).status_code == 404


@pytest.mark.parametrize("charset", ["FOO", "iso-8859-1", "utf-16", "utf-7"])
@pytest.mark.parametrize("kind", [JSON, URLENCODED])
def test_another_charset_is_refused(api: Api, kind: str, charset: str) -> None:
    answer = send(api.user(), b"{}", f"{kind}; charset={charset}")
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert answer.json()["message"] == f'unsupported charset "{charset.upper()}"'


@pytest.mark.parametrize("encoding", ["foo", "gzip", "br", "gzip, identity"])
def test_an_encoded_body_is_refused(api: Api, encoding: str) -> None:
    answer = send(api.user(), b"{}", **{"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert answer.json()["message"] == f'unsupported content encoding "{encoding}"'


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_text_that_cannot_be_stored_is_refused_by_name(api: Api, text: str) -> None:
    body = json.dumps({"title": text, "sortOrder": "1"}).encode()
    answer = send(api.user(), body)
    assert answer.status_code == 400
    assert answer.json()["details"][0]["path"] == ["title"]
    moc = send(api.user(), body, path="/api/mocs")
    assert moc.status_code == 400
    assert list(moc.json()["details"]["fieldErrors"]) == ["title"]


def test_a_body_with_countless_mistakes_gets_a_short_answer(api: Api) -> None:
    answer = send(api.user(), json.dumps({"title": "Castle", "tags": [1] * 50_000}).encode(), path="/api/mocs")
    assert answer.status_code == 400
    assert len(answer.content) < 20_000


def test_a_body_that_is_cut_short_is_not_taken_for_a_whole_one(over_http: Api) -> None:
    """`title=Falc` would be a valid form."""
    user = over_http.user()
    head = (
        f"POST /api/wishlist HTTP/1.1\nHost: x\nAuthorization: {user.headers['Authorization']}\n"
        f"Content-Type: {URLENCODED}\nContent-Length: 500"
    )
    cut_short(over_http, head, b"sortOrder=1&title=Falc")
    assert titles(user) == []
