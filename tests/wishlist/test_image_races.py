"""Requests at the same time that show and release one picture: it neither goes while shown nor stays for nobody."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest

from tests.support.clients import Api
from tests.support.database import Database
from tests.support.locks import Request, held_up
from tests.support.objects import Objects, key_of
from tests.wishlist.builders import listed, new_item, send_image, uploaded

CLOSE_GATE = "SELECT pg_advisory_xact_lock(1)"
GATE = """
    CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$;
"""
GATE_AT_COMMIT = """
    CREATE CONSTRAINT TRIGGER gate AFTER INSERT OR UPDATE OR DELETE ON wishlist_items
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pass_gate()
"""


@pytest.fixture
def gate(database: Database) -> Iterator[str]:
    """What closes a gate before every commit: there a request has seen and done all, and nobody sees what it did."""
    database.fetch(GATE)
    database.fetch(GATE_AT_COMMIT)
    yield CLOSE_GATE
    database.fetch("DROP FUNCTION pass_gate CASCADE")


def test_two_items_let_go_of_a_picture(over_http: Api, database: Database, objects: Objects, gate: str) -> None:
    user = over_http.user()
    url = uploaded(user)
    first, second = (f"/api/wishlist/{new_item(user, imageUrl=url)['id']}" for _ in range(2))
    requests: list[Request] = [partial(user.delete, first), partial(user.patch, second, json={"imageUrl": None})]
    answers = held_up(database, requests, gate)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert objects.keys(f"wishlist/{user.id}/") == set()


def test_an_item_takes_a_picture_that_another_lets_go_of(
    over_http: Api, database: Database, objects: Objects, gate: str
) -> None:
    user = over_http.user()
    url = uploaded(user)
    old = new_item(user, "Old", imageUrl=url)
    body = {"title": "New", "sortOrder": "2", "imageUrl": url}
    requests: list[Request] = [
        partial(user.delete, f"/api/wishlist/{old['id']}"),
        partial(user.post, "/api/wishlist", json=body),
    ]
    deleted, created = held_up(database, requests, gate)
    assert deleted.status_code == 200
    shown = [item["imageUrl"] for item in listed(user)]
    if created.status_code == 201:
        assert shown == [url]
        assert objects.keys(f"wishlist/{user.id}/") == {key_of(url)}
    else:
        assert created.status_code == 400
        assert shown == []
        assert objects.keys(f"wishlist/{user.id}/") == set()


def test_an_item_that_is_deleted_before_its_picture_is_stored(
    over_http: Api, database: Database, objects: Objects
) -> None:
    """Between the first look at the item and the moment it would show the picture."""
    user = over_http.user()
    item = new_item(user)
    request: Request = partial(send_image, user, to=f"/api/wishlist/{item['id']}/image")
    [answer] = held_up(database, [request], "DELETE FROM wishlist_items WHERE id = $1", UUID(item["id"]))
    assert answer.status_code == 404
    assert objects.keys(f"wishlist/{user.id}/") == set()
    assert database.count("outbox", "payload::text LIKE $1", f"%{user.id}%") == 0
