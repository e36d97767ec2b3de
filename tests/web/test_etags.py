"""An answer that the client has already is not sent again."""

import pytest

from tests.support.clients import Api, User


@pytest.fixture
def user(api: Api) -> User:
    user = api.user()
    assert user.post("/api/wishlist", json={"title": "Falcon", "sortOrder": "1"}).status_code == 201
    return user


PATHS = ["/api/wishlist", "/api/mocs", "/api/mocs/search?size=1", "/openapi.json", "/health/live"]


@pytest.mark.parametrize("path", PATHS)
def test_json_carries_a_weak_tag_and_is_not_sent_twice(user: User, path: str) -> None:
    first = user.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    again = user.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag


@pytest.mark.parametrize("form", ["{tag}", "{strong}", '"other", {tag}', '"other",{strong} , W/"x"', "*"])
def test_every_way_to_name_the_tag(user: User, form: str) -> None:
    tag = user.get("/api/wishlist").headers["etag"]
    named = form.format(tag=tag, strong=tag.removeprefix("W/"))
    assert user.get("/api/wishlist", headers={"If-None-Match": named}).status_code == 304


def test_several_lines_are_one_list(user: User) -> None:
    tag = user.get("/api/wishlist").headers["etag"]
    lines = [("If-None-Match", '"other"'), ("If-None-Match", tag)]
    assert user.send(user.build_request("GET", "/api/wishlist", headers=lines)).status_code == 304


@pytest.mark.parametrize("form", ['"other"', "W/", "{bare}", "", ","])
def test_any_other_tag_gets_the_answer(user: User, form: str) -> None:
    tag = user.get("/api/wishlist").headers["etag"]
    answer = user.get("/api/wishlist", headers={"If-None-Match": form.format(bare=tag[3:-1])})
    assert answer.status_code == 200
    assert answer.json()["data"]["items"]


def test_a_changed_answer_has_another_tag(user: User) -> None:
    tag = user.get("/api/wishlist").headers["etag"]
    user.post("/api/wishlist", json={"title": "Eagle", "sortOrder": "2"})
    answer = user.get("/api/wishlist", headers={"If-None-Match": tag})
    assert (answer.status_code, len(answer.json()["data"]["items"])) == (200, 2)


def test_equal_answers_have_equal_tags_whoever_gives_them(over_http: Api, through_lambda: Api) -> None:
    user = over_http.user()
    user.post("/api/wishlist", json={"title": "Falcon", "sortOrder": "1"})
    same = through_lambda.user(user.id)
    assert user.get("/api/wishlist").headers["etag"] == same.get("/api/wishlist").headers["etag"]


def test_head_has_the_tag_and_honours_it(user: User) -> None:
    tag = user.get("/api/wishlist").headers["etag"]
    assert user.head("/api/wishlist").headers["etag"] == tag
    assert user.head("/api/wishlist", headers={"If-None-Match": tag}).status_code == 304


def test_errors_and_answers_to_writes_have_none(user: User) -> None:
    star = {"If-None-Match": "*"}
    for answer in (
        user.get("/nope", headers=star),
        user.get("/api/mocs/none", headers=star),
        user.get("/api/mocs?sort=sideways", headers=star),
        user.post("/api/wishlist", json={"title": "Eagle", "sortOrder": "2"}, headers=star),
    ):
        assert answer.status_code in (404, 400, 201)
        assert "etag" not in answer.headers
