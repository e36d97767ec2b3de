"""What parts lists refuse: a 400 that names the field, and nothing is changed."""

from typing import Any

import pytest

from tests.mocs.builders import new_moc, problems
from tests.parts_lists.builders import lists_path, new_list, shown
from tests.support.clients import Api, User

LONG = "x" * 100_001
WHOLE_NUMBER = "must be a whole number of at most 18 digits"
NUMBER = "must be a number such as 12.50, with at most 4 decimals"
COUNTS: list[Any] = ["many", "-1", -1, "1.5", 1.5, "1" * 19, "\u0663", "1\n", " 1", "1,000", True]
AMOUNTS: list[Any] = ["cheap", "-1", -0.5, "1,50", "1.", ".5", "1.23456", "1" * 13, 1e300, "1e5", False, "NaN"]
CASES: list[tuple[str, Any, str]] = [
    ("title", "", "at least 1 character"),
    ("title", "   ", "at least 1 character"),
    ("title", "x" * 256, "at most 255 characters"),
    ("title", 5, "valid string"),
    ("title", "Wa\x00lls", "must not contain NUL characters"),
    ("description", LONG, "at most 5000 characters"),
    ("notes", LONG, "at most 5000 characters"),
    ("built", "perhaps", "valid boolean"),
    ("purchased", 2, "valid boolean"),
    ("inventoryPercentage", "100.01", "must be at most 100"),
    ("inventoryPercentage", 101, "must be at most 100"),
    ("inventoryPercentage", "-1", NUMBER),
    ("totalPartsCount", ["5"], "valid string"),
    ("costEstimate", {"EUR": 5}, "valid string"),
    *(("totalPartsCount", value, WHOLE_NUMBER) for value in COUNTS[:-1]),
    *(("acquiredPartsCount", value, WHOLE_NUMBER) for value in COUNTS[:-1]),
    *(("costEstimate", value, NUMBER) for value in AMOUNTS if value is not False),
    *(("actualCost", value, NUMBER) for value in AMOUNTS if value is not False),
    ("totalPartsCount", True, "valid string"),
    ("actualCost", False, "valid string"),
]
IN_STATUS = ("built", "purchased", "inventoryPercentage", "acquiredPartsCount", "actualCost", "notes")


@pytest.fixture
def user(over_http: Api) -> User:
    return over_http.user()


@pytest.mark.parametrize(("name", "value", "problem"), CASES)
def test_what_is_wrong_with_a_field(user: User, name: str, value: Any, problem: str) -> None:
    moc = new_moc(user)
    made = new_list(user, moc)
    answers = [
        user.post(lists_path(moc), json={"title": "Walls", name: value}),
        user.put(lists_path(moc, made["id"]), json={name: value}),
    ]
    if name in IN_STATUS:
        answers.append(user.patch(lists_path(moc, made["id"], "status"), json={name: value}))
    for answer in answers:
        found = problems(answer)
        assert list(found) == [name]
        assert problem in found[name][0]
    assert shown(user, moc) == [made]


def test_a_title_is_needed_and_cannot_be_cleared(user: User) -> None:
    moc = new_moc(user)
    made = new_list(user, moc)
    assert problems(user.post(lists_path(moc), json={})) == {"title": ["title is required"]}
    assert problems(user.put(lists_path(moc, made["id"]), json={"title": None})) == {"title": ["must not be null"]}
    assert problems(user.post(lists_path(moc), json={"title": "Walls", "fileId": "1"})).keys() == {"fileId"}


def test_text_that_is_no_unicode(user: User) -> None:
    """As JSON escapes it; the client of these tests would not send it otherwise."""
    answer = user.post(
        lists_path(new_moc(user)),
        content=rb'{"title": "Walls", "notes": "\ud800"}',
        headers={"Content-Type": "application/json"},
    )
    assert problems(answer) == {"notes": ["must be valid Unicode"]}


@pytest.mark.parametrize("body", [b"[]", b"5", b"null", b'"text"', b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object(user: User, body: bytes) -> None:
    moc = new_moc(user)
    made = new_list(user, moc)
    headers = {"Content-Type": "application/json"}
    for method, path in (
        ("POST", lists_path(moc)),
        ("PUT", lists_path(moc, made["id"])),
        ("PATCH", lists_path(moc, made["id"], "status")),
    ):
        answer = user.request(method, path, content=body, headers=headers)
        assert answer.status_code == 400, answer.text
        assert answer.json()["code"] == "VALIDATION_ERROR"
    assert shown(user, moc) == [made]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(0, "0"), ("007", "007"), (10**17, "1" + "0" * 17), ("", None), (None, None)],
)
def test_counts_are_kept_as_texts(user: User, sent: Any, kept: str | None) -> None:
    assert new_list(user, new_moc(user), totalPartsCount=sent)["totalPartsCount"] == kept


@pytest.mark.parametrize(("sent", "kept"), [(0, "0.00"), (100, "100.00"), ("33.333", "33.33"), (12.5, "12.50")])
def test_percentages_have_two_decimals(user: User, sent: Any, kept: str) -> None:
    assert new_list(user, new_moc(user), inventoryPercentage=sent)["inventoryPercentage"] == kept
