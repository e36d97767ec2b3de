"""What a MOC's fields may not be: a 400 that names the field, the same for creating and for changing."""

import json
from typing import Any

import pytest

from tests.mocs.builders import detail, new_moc, problems
from tests.support.clients import Api

DEEP = "[" * 100_000

REFUSED: list[tuple[str, Any]] = [
    ("title", ""),
    ("title", "   "),
    ("title", None),
    ("title", "x" * 256),
    ("title", "a\x00b"),
    ("title", "lone surrogate \ud800"),
    ("title", 5),
    ("title", ["Castle"]),
    ("title", {"text": "Castle"}),
    ("description", "x" * 100_001),
    ("description", "a\x00b"),
    ("description", 5),
    ("partsCount", 0),
    ("partsCount", -1),
    ("partsCount", 2**31),
    ("partsCount", 10**30),
    ("partsCount", 1.5),
    ("partsCount", "many"),
    ("partsCount", True),
    ("partsCount", [1]),
    ("theme", "x" * 256),
    ("theme", "a\x00b"),
    ("subtheme", 1),
    ("setNumber", 6085),
    ("setNumber", "x" * 256),
    ("uploadedDate", "yesterday"),
    ("uploadedDate", "2024-02-30"),
    ("uploadedDate", "2024-05-01T25:00:00Z"),
    ("uploadedDate", "0001-01-01T00:00:00+05:00"),
    ("uploadedDate", "99999-01-01"),
    ("uploadedDate", 1714557600),
    ("uploadedDate", "1714557600"),
    ("uploadedDate", True),
    ("thumbnailUrl", "https://example.com/" + "x" * 2048),
    ("thumbnailUrl", 5),
    ("tags", "a\x00b"),
    ("tags", ["a\x00b"]),
    ("tags", '["a\\u0000b"]'),
    ("tags", ["\ud800"]),
    ("tags", '["\\ud800"]'),
    ("tags", [5]),
    ("tags", [None]),
    ("tags", [["castle"]]),
    ("tags", {"castle": True}),
    ("tags", 5),
    ("tags", '{"castle": true}'),
    ("tags", "5"),
    ("tags", ["x" * 101]),
    ("tags", ["t"] * 101),
    ("tags", DEEP),
]
REFUSED_OF_MOCS: list[tuple[str, Any]] = [("author", "x" * 256), ("author", "a\x00b"), ("author", 1)]
REFUSED_OF_SETS: list[tuple[str, Any]] = [
    ("brand", "x" * 256),
    ("releaseYear", 1899),
    ("releaseYear", 2201),
    ("releaseYear", "soon"),
    ("releaseYear", True),
    ("retired", "perhaps"),
    ("retired", 7),
]
CASES = [
    *(("moc", *case) for case in (*REFUSED, *REFUSED_OF_MOCS)),
    *(("set", *case) for case in REFUSED_OF_SETS),
]


def ids(value: Any) -> str:
    return ascii(value)[:40]


def escaped(body: Any) -> dict[str, Any]:
    """JSON in ASCII, which can say what UTF-8 cannot."""
    return {"content": json.dumps(body), "headers": {"Content-Type": "application/json"}}


@pytest.mark.parametrize(("kind", "field", "value"), CASES, ids=ids)
def test_a_value_that_cannot_be_kept_is_named(over_http: Api, kind: str, field: str, value: Any) -> None:
    user = over_http.user()
    created = user.post("/api/mocs", **escaped({"title": "Castle", "type": kind, field: value}))
    assert list(problems(created)) == [field]
    assert user.get("/api/mocs").json()["total"] == 0

    moc = new_moc(user, type=kind)
    for method in ("PATCH", "PUT"):
        body = escaped({"description": "not kept either", field: value})
        changed = user.request(method, f"/api/mocs/{moc['id']}", **body)
        assert list(problems(changed)) == [field]
    assert {name: value for name, value in detail(user, moc).items() if name in moc} == moc


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        ("partsCount", 2**31 - 1, 2**31 - 1),
        ("partsCount", "1200", 1200),
        ("partsCount", 12.0, 12),
        ("title", "x" * 255, "x" * 255),
        ("uploadedDate", "2024-05-01", "2024-05-01T00:00:00.000Z"),
        ("uploadedDate", "2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00.000Z"),
        ("uploadedDate", "2024-05-01T10:00:00.123987Z", "2024-05-01T10:00:00.123Z"),
        ("uploadedDate", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("uploadedDate", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("tags", [], []),
        ("tags", None, None),
        ("tags", ["t" * 100] * 100, ["t" * 100] * 100),
        ("tags", [" castle ", "", "  ", "tower"], ["castle", "tower"]),
        ("tags", '["castle", "tower"]', ["castle", "tower"]),
        ("tags", "castle, tower,", ["castle", "tower"]),
        ("tags", 'a "quoted" tag', ['a "quoted" tag']),
    ],
    ids=ids,
)
def test_a_value_at_the_edge_is_kept(over_http: Api, field: str, sent: Any, kept: Any) -> None:
    user = over_http.user()
    moc = new_moc(user, **{field: sent})
    assert moc[field] == kept
    assert detail(user, moc)[field] == kept


def test_an_unknown_type_is_named(over_http: Api) -> None:
    for kind in ("castle", "", None, 1):
        assert list(problems(over_http.user().post("/api/mocs", json={"title": "x", "type": kind}))) == ["type"]


def test_all_that_is_wrong_is_told_at_once(over_http: Api) -> None:
    answer = over_http.user().post("/api/mocs", json={"partsCount": 0, "tags": 5})
    assert answer.json()["message"] == "Invalid input"
    assert problems(answer).keys() == {"title", "partsCount", "tags"}
    assert problems(answer)["title"] == ["title is required"]


@pytest.mark.parametrize("body", [b"[1]", b'"text"', b"null", b"5", b"", b"{"])
def test_a_body_that_is_no_object_is_refused(over_http: Api, body: bytes) -> None:
    answer = over_http.user().post("/api/mocs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert isinstance(answer.json()["message"], str)


def test_deeply_nested_json_is_refused(over_http: Api) -> None:
    for depth in (100, 500, 800, 900, 950, 990, 100_000):
        tags = b"[" * depth + b"]" * depth
        body = b'{"title": "x", "tags": ' + tags + b"}"
        answer = over_http.user().post("/api/mocs", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, depth
