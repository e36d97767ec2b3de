"""One spelling of each path: what else the client may write, and what it gets for what no path can be."""

from uuid import uuid4

import pytest

from tests.support.clients import Api
from tests.support.raw_http import raw_request


@pytest.mark.parametrize(
    "path",
    ["/api/mocs/search", "/api/mocs/search/", "/API/MOCS/Search", "/api/api/mocs/search", "/Api/API/mocs/search/"],
)
def test_all_spellings_of_a_path_are_the_same_path(api: Api, path: str) -> None:
    answer = api.client().get(f"{path}?q={uuid4()}")
    assert answer.status_code == 200
    assert answer.json()["mocs"] == []


@pytest.mark.parametrize("path", ["/HEALTH", "/health/", "/Docs", "/OpenAPI.json", "/API/csrf/", "/api/health/live/"])
def test_so_are_those_of_other_public_routes(api: Api, path: str) -> None:
    assert api.client().get(path).status_code == 200


def test_an_id_may_be_written_in_capitals(api: Api) -> None:
    owner = api.user()
    moc_id = owner.post("/api/mocs", json={"title": f"Castle {uuid4()}"}).json()["moc"]["id"]
    answer = api.client().get(f"/API/Mocs/{moc_id.upper()}/")
    assert answer.json()["data"]["id"] == moc_id


@pytest.mark.parametrize(
    "target", ["//", "//health", "/health//", "/api//mocs/search", "/api/api/api/mocs/search", "/healthy"]
)
def test_other_paths_are_not_found(over_http: Api, target: str) -> None:
    answer = raw_request(over_http, "GET", target)
    assert answer.status_code == 404
    assert answer.json()["message"] == f"Not Found - {target}"


def test_not_found_repeats_the_address_as_it_was_sent(over_http: Api) -> None:
    target = "/N%C3%B6pe/%41?a=1&a=%20&b"
    answer = raw_request(over_http, "GET", target)
    assert answer.status_code == 404
    assert answer.json()["message"] == answer.json()["error"] == f"Not Found - {target}"
    assert answer.json()["code"] == "NOT_FOUND"


def test_a_long_address_is_not_repeated_whole(over_http: Api) -> None:
    answer = raw_request(over_http, "GET", "/nope?" + "x" * 20_000)
    assert answer.status_code == 404
    assert len(answer.content) < 6_000


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/health"),
        ("DELETE", "/api/csrf"),
        ("PUT", "/api/mocs"),
        ("PATCH", "/api/mocs/search/deeper"),
        ("TRACE", "/api/mocs"),
        ("PROPFIND", "/"),
    ],
)
def test_a_wrong_method_is_not_found(api: Api, method: str, path: str) -> None:
    answer = api.user().request(method, path)
    assert answer.status_code == 404
    assert answer.json()["message"] == f"Not Found - {path}"


@pytest.mark.parametrize(
    "target",
    [
        "/%E0%A4%A",
        "/api/mocs/%E0%A4%A",
        "/%zz",
        "/api/mocs/%",
        "/api/mocs/%4",
        "/%FF",
        "/%ED%A0%80",
        "/api/mocs/a%00b",
        "/api/mocs/search?q=a%00b",
        "/uploads/%00",
    ],
)
def test_addresses_that_cannot_be_read_are_bad_requests(over_http: Api, target: str) -> None:
    answer = raw_request(over_http, "GET", target)
    assert answer.status_code == 400
    assert answer.json()["code"] == "VALIDATION_ERROR"
    assert answer.json()["message"] == "The URL is not valid"


def test_a_query_that_is_not_utf8_is_no_error(over_http: Api) -> None:
    assert raw_request(over_http, "GET", "/api/mocs/search?q=%FF%zz%").status_code == 200


@pytest.mark.parametrize("path", ["/", "/health/live", "/docs", "/openapi.json", "/api/mocs/search?size=1", "/nope"])
def test_head_is_get_without_the_body(api: Api, path: str) -> None:
    client = api.client()
    by_get, by_head = client.get(path), client.head(path)
    assert by_head.content == b"" != by_get.content
    assert by_head.status_code == by_get.status_code
    one_each = {"x-request-id", "date", "content-length"} | {name for name in by_get.headers if "ratelimit" in name}
    for name in by_get.headers.keys() - one_each:
        assert by_head.headers[name] == by_get.headers[name], name
    assert by_head.headers["content-length"] == by_get.headers["content-length"]
