"""Input that is refused: a 400 that names the field, in the issues of the old server, and nothing is written."""

import json
from typing import Any

import httpx
import pytest

from tests.support.clients import Api
from tests.support.refusals import refusal
from tests.wishlist.builders import issues, listed, new_item

OBJECT = {"title": "Falcon", "sortOrder": "1"}


def issue_of_type(field: str, received: str) -> dict[str, Any]:
    message = f"Invalid input: expected string, received {received}"
    return {"expected": "string", "code": "invalid_type", "path": [field], "message": message}


def too_small(field: str, message: str = "Too small: expected string to have >=1 characters") -> dict[str, Any]:
    limits = {"origin": "string", "code": "too_small", "minimum": 1, "inclusive": True}
    return {**limits, "path": [field], "message": message}


def too_big(field: str, most: int, message: str = "") -> dict[str, Any]:
    limits = {"origin": "string", "code": "too_big", "maximum": most, "inclusive": True}
    return {**limits, "path": [field], "message": message or f"Too big: expected string to have <={most} characters"}


def custom(field: str, message: str, code: str = "custom") -> dict[str, Any]:
    return {"code": code, "path": [field], "message": message}


NOT_A_LINK = {
    "code": "invalid_format",
    "format": "url",
    "path": ["productLink"],
    "message": "Product link must be a valid URL",
}
NOT_AN_IMAGE = "must be an absolute http or https URL, or one that an upload answered"

# The field, what it is given, and the issue that is answered.
REFUSED: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "title empty": ("title", "", too_small("title", "Title is required")),
    "title blank": ("title", " \t\n", too_small("title", "Title is required")),
    "title long": ("title", "x" * 256, too_big("title", 255, "Title must be less than 255 characters")),
    "title null": ("title", None, issue_of_type("title", "null")),
    "title number": ("title", 5, issue_of_type("title", "number")),
    "title boolean": ("title", True, issue_of_type("title", "boolean")),
    "title array": ("title", ["Falcon"], issue_of_type("title", "array")),
    "title object": ("title", {"a": "b"}, issue_of_type("title", "object")),
    "title deep": ("title", [[[[["x"]]]]], issue_of_type("title", "array")),
    "title NUL": ("title", "a\x00b", custom("title", "must not contain NUL characters")),
    "title surrogate": ("title", "a\ud800b", custom("title", "must be valid Unicode")),
    "sortOrder empty": ("sortOrder", "", too_small("sortOrder")),
    "sortOrder number": ("sortOrder", 1, issue_of_type("sortOrder", "number")),
    "sortOrder null": ("sortOrder", None, issue_of_type("sortOrder", "null")),
    "sortOrder long": ("sortOrder", "1" * 51, too_big("sortOrder", 50)),
    "description long": ("description", "x" * 1001, too_big("description", 1000)),
    "description number": ("description", 1.5, issue_of_type("description", "number")),
    "description NUL": ("description", "\x00", custom("description", "must not contain NUL characters")),
    "category empty": ("category", "", too_small("category")),
    "category long": ("category", "x" * 101, too_big("category", 100)),
    "category surrogate": ("category", "\udfff", custom("category", "must be valid Unicode")),
    "productLink empty": ("productLink", "", NOT_A_LINK),
    "productLink relative": ("productLink", "/product/75192", NOT_A_LINK),
    "productLink without host": ("productLink", "https://", NOT_A_LINK),
    "productLink with a space": ("productLink", "https://a b", NOT_A_LINK),
    "productLink with markup": ("productLink", "http://<script>", NOT_A_LINK),
    "productLink with a control character": ("productLink", "https://a.b/\u0001", NOT_A_LINK),
    "productLink with a port too high": ("productLink", "https://x:99999", NOT_A_LINK),
    "productLink script": ("productLink", "javascript:alert(1)", NOT_A_LINK),
    "productLink broken": ("productLink", "http://[", NOT_A_LINK),
    "productLink long": ("productLink", "https://a.b/" + "x" * 2048, too_big("productLink", 2048)),
    "imageUrl empty": ("imageUrl", "", too_small("imageUrl")),
    "imageUrl relative": ("imageUrl", "falcon.jpg", custom("imageUrl", NOT_AN_IMAGE, "invalid_format")),
    "imageUrl path": ("imageUrl", "x:/../../f", custom("imageUrl", NOT_AN_IMAGE, "invalid_format")),
    "imageUrl data": ("imageUrl", "data:image/png;base64,x", custom("imageUrl", NOT_AN_IMAGE, "invalid_format")),
    "imageUrl without host": ("imageUrl", "https://", custom("imageUrl", NOT_AN_IMAGE, "invalid_format")),
    "imageUrl broken": ("imageUrl", "http://[", custom("imageUrl", NOT_AN_IMAGE, "invalid_format")),
    "imageUrl number": ("imageUrl", 5, issue_of_type("imageUrl", "number")),
}

cases = pytest.mark.parametrize(
    ("field", "value", "issue"), [pytest.param(*case, id=name) for name, case in REFUSED.items()]
)


def send(user: httpx.Client, method: str, path: str, body: Any) -> httpx.Response:
    """JSON as only a hostile client sends it: with lone surrogates, too."""
    return user.request(method, path, content=json.dumps(body), headers={"Content-Type": "application/json"})


@cases
def test_create_refuses(over_http: Api, field: str, value: Any, issue: dict[str, Any]) -> None:
    user = over_http.user()
    assert issues(send(user, "POST", "/api/wishlist", OBJECT | {field: value})) == [issue]
    assert listed(user) == []


@cases
def test_update_refuses(over_http: Api, field: str, value: Any, issue: dict[str, Any]) -> None:
    user = over_http.user()
    item = new_item(user)
    answer = send(user, "PATCH", f"/api/wishlist/{item['id']}", {"title": "Eagle", field: value})
    assert issues(answer) == [issue]
    assert listed(user) == [item]


def test_the_limits_themselves_are_good(over_http: Api) -> None:
    limits = {
        "title": "😀" * 255,
        "sortOrder": "9" * 50,
        "description": "ä" * 1000,
        "category": "x" * 100,
        "productLink": "https://a.b/" + "x" * 2036,
        "imageUrl": "http://a.b/" + "x" * 2037,
    }
    item = over_http.user().post("/api/wishlist", json=limits).json()["data"]["item"]
    assert item | limits == item


def test_every_issue_is_told_at_once(api: Api) -> None:
    answer = api.user().post("/api/wishlist", json={"description": 5})
    missing = [issue_of_type("title", "undefined"), issue_of_type("sortOrder", "undefined")]
    assert issues(answer) == [*missing, issue_of_type("description", "number")]


def test_input_is_looked_at_before_the_item(over_http: Api) -> None:
    assert issues(over_http.user().put("/api/wishlist/42", json={"title": ""}))


@pytest.mark.parametrize(("body", "received"), [("[]", "array"), ('["title"]', "array")])
def test_a_body_that_is_no_object(api: Api, body: str, received: str) -> None:
    answer = api.user().post("/api/wishlist", content=body, headers={"Content-Type": "application/json"})
    message = f"Invalid input: expected object, received {received}"
    assert issues(answer) == [{"expected": "object", "code": "invalid_type", "path": [], "message": message}]


@pytest.mark.parametrize(
    "body",
    [b'{"title": "x",}', b"{", b'"title"', b"5", b"null", b"\xff\xfe", b'{"title": "\xff"}', b"[" * 100_000],
    ids=["comma", "cut", "text", "number", "null", "not UTF-8", "not UTF-8 inside", "deep"],
)
@pytest.mark.parametrize("path", ["/api/wishlist", "/api/wishlist/reorder"])
def test_a_body_that_is_no_json_object(over_http: Api, path: str, body: bytes) -> None:
    answer = over_http.user().post(path, content=body, headers={"Content-Type": "application/json"})
    assert refusal(answer)[:2] == (400, "VALIDATION_ERROR")


def test_a_repeated_form_field_is_a_list(over_http: Api) -> None:
    answer = over_http.user().post("/api/wishlist", data={"title": ["a", "b"], "sortOrder": "1"})
    assert issues(answer) == [issue_of_type("title", "array")]
