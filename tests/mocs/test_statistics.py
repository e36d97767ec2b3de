"""What somebody builds, by theme and tag, and by month."""

from datetime import UTC, datetime
from typing import Any

from tests.mocs.builders import Json, new_moc
from tests.support.clients import Api, User
from tests.support.database import Database


def by_category(user: User) -> Json:
    answer = user.get("/api/mocs/stats/by-category")
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    assert list(body) == ["success", "data", "total"]
    assert body["success"] is True
    assert body["total"] == sum(row["count"] for row in body["data"])
    return body


def counts(user: User) -> list[tuple[str, int]]:
    return [(row["category"], row["count"]) for row in by_category(user)["data"]]


def by_month(user: User) -> list[tuple[str, str, int]]:
    answer = user.get("/api/mocs/stats/uploads-over-time")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert list(body) == ["success", "data"]
    assert body["success"] is True
    assert all(list(row) == ["date", "category", "count"] for row in body["data"])
    return [(row["date"], row["category"], row["count"]) for row in body["data"]]


def old_row(database: Database, user: User, title: str, **columns: Any) -> None:
    """A row as the old server may have left it."""
    values = {"user_id": user.id, "title": title, "type": "moc"} | columns
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    database.fetch(f"INSERT INTO moc_instructions ({', '.join(values)}) VALUES ({places})", *values.values())


def months_ago(months: int, day: int = 1) -> datetime:
    """Midnight of that day, `months` before this one; UTC without saying so, as in the column."""
    now = datetime.now(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return datetime(year, month + 1, day)


def test_nothing_to_count(api: Api) -> None:
    user = api.user()
    assert by_category(user) == {"success": True, "data": [], "total": 0}
    assert by_month(user) == []


def test_themes_and_tags(api: Api) -> None:
    user = api.user()
    new_moc(user, theme="Space", tags=["Rocket", "moon"])
    new_moc(user, theme="Space", tags=["rocket", "SPACE"])
    new_moc(user, theme="space")
    new_moc(user, type="set", theme="Castle", tags=["not", "counted"])
    new_moc(user, theme="", tags=[])
    new_moc(user)
    new_moc(api.user(), theme="Space", tags=["rocket"])
    # Themes as they are written, tags in lower case, and a tag that is also a theme once.
    rows = counts(user)
    assert {category for category, _ in rows[:2]} == {"Space", "rocket"}
    assert sorted(rows) == [("Castle", 1), ("Space", 2), ("moon", 1), ("rocket", 2), ("space", 1)]


def test_the_ten_most_frequent(over_http: Api) -> None:
    user = over_http.user()
    for number in range(3):
        new_moc(user, tags=[f"tag {tag}" for tag in range(12 - number * 4)])
    rows = counts(user)
    assert rows == [*((f"tag {tag}", 3) for tag in range(4)), *((f"tag {tag}", 2) for tag in range(4, 8)), *rows[8:]]
    assert [count for _, count in rows[8:]] == [1, 1]
    assert by_category(user)["total"] == 22


def test_tags_of_old_rows_that_are_no_texts(over_http: Api, database: Database) -> None:
    user = over_http.user()
    odd: tuple[Any, ...] = ({}, [1, True, None, ["nested"], {"a": 1}, "", "real"], "text", 5, {"castle": 1}, None)
    for number, tags in enumerate(odd):
        old_row(database, user, f"Odd {number}", tags=tags, theme="")
    old_row(database, user, "No type that is known", type="other", tags=["real"])
    assert counts(user) == [("real", 1)]


def test_months(api: Api, database: Database) -> None:
    user = api.user()
    new_moc(user, theme="Space")
    new_moc(user, theme="Castle")
    new_moc(user, theme="Castle")
    new_moc(user, theme="")
    new_moc(user)
    this_month = f"{datetime.now(UTC):%Y-%m}"
    assert by_month(user) == [(this_month, "Castle", 2), (this_month, "Space", 1), (this_month, "Unknown", 2)]


def test_at_most_twelve_months(over_http: Api, database: Database) -> None:
    user = over_http.user()
    for months in range(15):
        old_row(database, user, f"{months}", created_at=months_ago(months), theme="Castle")
    old_row(database, user, "the last day before", created_at=months_ago(12, day=28), theme="Castle")
    assert by_month(user) == [(f"{months_ago(months):%Y-%m}", "Castle", 1) for months in reversed(range(12))]


def test_they_are_ones_own(over_http: Api) -> None:
    for path in ("by-category", "uploads-over-time"):
        assert over_http.client().get(f"/api/mocs/stats/{path}").status_code == 401
