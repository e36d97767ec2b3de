"""For every route: it works, it wants a token unless it is public, and it keeps strangers out."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from lego_api.app import create_app
from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.route_table import CASES, Case
from tests.support.route_world import World

PUBLIC = [case for case in CASES if case.public]
PROTECTED = [case for case in CASES if not case.public]
# What a path names first -> what is said where it names nothing.
NOT_FOUND = {
    "moc_id": "MOC not found",
    "item_id": "Wishlist item not found",
    "album_id": "Album not found",
    "image_id": "Image not found",
}
CHECKS_ITS_ID = ("PATCH /api/images/{image_id}", "DELETE /api/images/{image_id}")  # as the old server did
OPEN_TO_ALL = [case for case in PROTECTED if case.method == "GET" and case.foreign in (200, 302)]


def cases(chosen: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in chosen])


@pytest.fixture
def world(api: Api) -> World:
    return World(api)


def text(answer: httpx.Response) -> str:
    """All that is said, also by where it leads."""
    return f"{answer.headers.get('location', '')} {answer.text}"


def test_every_route_is_in_the_table(settings: Settings) -> None:
    routes = {
        (method, route.path)
        for route in create_app(settings).routes
        if isinstance(route, Route | APIRoute)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert {(case.method, case.path) for case in CASES} == routes


def listed(value: Any) -> Iterator[Any]:
    """Whatever stands in a list, however deep."""
    if isinstance(value, list):
        yield from value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from listed(inner)


@cases([*PUBLIC, *PROTECTED])
def test_the_owner_gets_an_answer(case: Case, world: World) -> None:
    answer = case.send(world, world.owner)
    assert answer.status_code == case.status, answer.text


@cases(PUBLIC)
def test_public_routes_need_no_token(case: Case, world: World) -> None:
    answer = case.send(world, world.api.client())
    assert answer.status_code == case.status, answer.text


@cases(PROTECTED)
def test_all_others_do(case: Case, world: World) -> None:
    answer = case.send(world, world.api.client())
    assert answer.status_code == 401, answer.text
    assert answer.json()["error"] == "No authentication token provided"


@cases(PROTECTED)
@pytest.mark.parametrize("who", ["stranger", "admin"])
def test_what_others_may_do_with_the_owners_things(case: Case, world: World, who: str) -> None:
    caller, expected = (world.api.admin(), case.admin) if who == "admin" else (world.api.user(), case.foreign)
    answer = case.send(world, caller)
    assert answer.status_code == expected, answer.text
    if expected in (403, 404):  # and nothing has happened: it is all still there for the owner
        assert answer.json()["success"] is False
        assert case.send(world, world.owner).status_code == case.status


@cases(OPEN_TO_ALL)
def test_what_strangers_get_is_not_the_owners(case: Case, world: World) -> None:
    traces, stranger = world.traces(), world.api.user()
    answers = {who: case.send(world, who) for who in (world.owner, stranger)}  # the owner's first: it may be cached
    seen = {who.id: {trace for trace in traces if trace in text(answer)} for who, answer in answers.items()}
    assert bool(seen[world.owner.id]) is (case.shows != "nothing")
    if case.shows == "published":
        assert seen[stranger.id] == seen[world.owner.id]
    else:
        assert seen[stranger.id] == set()
        assert list(listed(answers[stranger].json())) == [], "who has nothing gets nothing, nobody else's either"


@cases([case for case in PROTECTED if case.method == "GET"])
def test_head_works_where_get_does(case: Case, world: World) -> None:
    answer = world.owner.head(world.fill(case.path))
    assert answer.status_code == case.status
    assert answer.content == b""


@cases([case for case in PROTECTED if any(f"{{{name}}}" in case.path for name in NOT_FOUND)])
def test_an_id_that_is_none_is_not_found(case: Case, world: World) -> None:
    name = next(name for name in NOT_FOUND if f"{{{name}}}" in case.path)
    answer = world.owner.request(
        case.method, world.fill(case.path.replace(f"{{{name}}}", "test-moc-1")), **case.body(world)
    )
    if case.id in CHECKS_ITS_ID:
        assert (answer.status_code, answer.json()["details"]["fieldErrors"]) == (400, {"imageId": ["Invalid UUID"]})
    else:
        assert answer.status_code == 404, answer.text
        assert answer.json()["message"].startswith(NOT_FOUND[name])
