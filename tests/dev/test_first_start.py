"""What a person gets who has just cloned the project: the table, the tokens, the `curl` line, the other commands."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from lego_api.dev.gallery_examples import everything
from lego_api.dev.seed import titles_of_mocs
from tests.dev.checkout import Checkout, Dev
from tests.support.database import Database

pytestmark = pytest.mark.large

TABLES = ("moc_instructions", "moc_files", "wishlist_items", "gallery_images", "gallery_albums")


@pytest.fixture(scope="module")
def dev(checkout: Checkout) -> Iterator[Dev]:
    with checkout.dev() as dev:
        yield dev


@pytest.fixture(scope="module")
def database(dev: Dev) -> Database:
    return Database(dev.rows["PostgreSQL"][0])


def shell(checkout: Checkout, command: str) -> Any:
    done = subprocess.run(
        ["bash", "-c", command], cwd=checkout.directory, env=checkout.environment(), capture_output=True, check=True
    )
    return json.loads(done.stdout)


def test_the_table_names_each_part_and_what_plays_it(dev: Dev) -> None:
    rows = dev.rows
    assert rows["API"][0] == dev.url
    assert rows["PostgreSQL"][0].startswith("postgresql://postgres@127.0.0.1:")
    assert rows["Redis"][0].startswith("redis://127.0.0.1:")
    assert rows["S3"] == rows["Cognito"]
    for name in ("PostgreSQL", "Redis", "S3"):
        assert rows[name][1].split(": ")[0] in ("found", "wheel", "stand-in")
    assert rows["OpenSearch"] == ("-", "none: PostgreSQL answers searches (LEGO_OPENSEARCH=none)")
    assert httpx.get(rows["API docs"][0], timeout=60).status_code == 200


def test_the_curl_line_shows_the_first_users_mocs(checkout: Checkout, dev: Dev) -> None:
    found = shell(checkout, dev.curl)
    assert {moc["title"] for moc in found["data"]} == {"Lion Knights' Gatehouse", "Harbour Crane"}


def test_both_users_find_something_that_can_be_fetched(dev: Dev) -> None:
    for email in ("alice@example.com", "bob@example.com"):
        assert dev.get("/api/wishlist", email)["data"]["items"]
        for moc in dev.get("/api/mocs", email)["data"]:
            detail = dev.get(f"/api/mocs/{moc['id']}", email)["data"]
            assert {file["fileType"] for file in detail["files"]} == {"instruction", "parts-list", "thumbnail"}
            for file in detail["files"]:
                assert httpx.get(dev.url + file["fileUrl"], timeout=60).status_code == 200


def test_both_users_find_a_gallery_with_an_album(dev: Dev) -> None:
    for email, album_title in (("alice@example.com", "Castle Walls"), ("bob@example.com", "Classic Space")):
        [album] = dev.get("/api/albums?withImages=true", email)["albums"]
        images = dev.get("/api/images", email)["images"]
        assert (album["title"], album["imageCount"], len(album["images"])) == (album_title, 2, 2)
        assert album["coverImageId"] in [image["id"] for image in album["images"]]
        assert all(image["tags"] and image["category"] and image["author"] for image in images)
        for image in (album, *images):
            for size in ("url", "thumbnailUrl"):
                shown = httpx.get(dev.url + image[size], timeout=60)
                assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert dev.get("/api/gallery/categories") == ["Castle", "City"]
    loose = [item["title"] for item in dev.get("/api/gallery")["items"]]
    assert loose == ["Harbour Light", "Castle Walls"]


def test_both_users_have_a_name_and_a_picture(dev: Dev) -> None:
    for email, name in (("alice@example.com", "Alice"), ("bob@example.com", "Bob")):
        user_id = jwt.decode(dev.tokens[email], options={"verify_signature": False})["sub"]
        own = dev.get(f"/api/users/{user_id}", email)
        assert own["name"] == name
        assert httpx.get(dev.url + own["avatarUrl"], timeout=60).status_code == 200


def test_every_part_is_healthy(dev: Dev) -> None:
    components = httpx.get(f"{dev.url}/health", timeout=60).json()["components"]
    assert components == {"database": "healthy", "redis": "healthy", "opensearch": "disabled", "storage": "healthy"}


def test_a_token_in_a_curl_line(checkout: Checkout, dev: Dev) -> None:
    token = '$("$PYTHON" -m lego_api.cli token new@example.com)'
    command = f'curl -s -H "Authorization: Bearer {token}" {dev.url}/api/mocs'
    assert shell(checkout, f'PYTHON="{checkout.python}"; {command}')["data"] == []


def test_only_an_administrator_edits_what_belongs_to_others(checkout: Checkout, dev: Dev) -> None:
    moc = dev.get("/api/mocs", "bob@example.com")["data"][0]
    statuses = []
    for arguments in (("carol@example.com",), ("carol@example.com", "--admin")):
        headers = {"Authorization": f"Bearer {checkout.run('token', *arguments).stdout.strip()}"}
        answer = httpx.patch(
            f"{dev.url}/api/mocs/{moc['id']}", json={"description": "Edited"}, headers=headers, timeout=60
        )
        statuses.append(answer.status_code)
    assert statuses == [403, 200]


def test_a_token_for_nobody(checkout: Checkout, dev: Dev) -> None:
    refused = checkout.run("token", "carol")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "gives no token to 'carol'" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_commands_by_hand_change_nothing_that_is_done(checkout: Checkout, dev: Dev, database: Database) -> None:
    def rows() -> list[int]:
        return [database.count(table) for table in TABLES]

    before = rows()
    for command in ("migrate", "seed", "seed"):
        done = checkout.run(command)
        assert done.returncode == 0, done.stderr
    relayed = checkout.run("relay")
    assert relayed.returncode == 0, relayed.stderr
    assert json.loads(relayed.stdout) == dict.fromkeys(("relayed", "expired", "imported", "built", "due", "dead"), 0)
    assert rows() == before


def test_examples_are_recognized_among_many_things(checkout: Checkout, dev: Dev, database: Database) -> None:
    headers = {"Authorization": f"Bearer {checkout.run('token', 'many@example.com').stdout.strip()}"}
    with httpx.Client(base_url=dev.url, headers=headers, timeout=60) as api:
        example = api.post("/api/mocs", json={"title": "Galaxy Explorer"}).raise_for_status().json()["moc"]
        database.fetch(
            "INSERT INTO moc_instructions (user_id, type, title)"
            " SELECT $1, 'moc', 'Number ' || number FROM generate_series(1, 200) AS number",
            example["userId"],
        )
        assert len(titles_of_mocs(api)) == 201
        database.fetch(
            "INSERT INTO gallery_images (user_id, title, image_url)"
            " SELECT $1, 'Number ' || number, 'x' FROM generate_series(1, 201) AS number",
            example["userId"],
        )
        assert len({image["id"] for image in everything(api, "/api/images", "images")}) == 201


def test_the_schema_needs_no_stack(checkout: Checkout) -> None:
    printed = checkout.run("openapi")
    assert "/api/mocs" in json.loads(printed.stdout)["paths"]


def test_a_second_one_in_the_same_directory(checkout: Checkout, dev: Dev) -> None:
    refused = checkout.run("dev", "--port", "1")
    assert (refused.returncode, refused.stderr) == (1, "lego-api: `make dev` already runs in this directory\n")
    assert dev.process.poll() is None


def test_nothing_is_deleted_while_it_runs(checkout: Checkout, dev: Dev) -> None:
    refused = checkout.make("clean")
    assert refused.returncode != 0
    assert "stop it first" in refused.stderr
    assert dev.get("/api/mocs")["total"] == 2


def test_a_change_is_seen_and_a_mistake_is_waited_out(checkout: Checkout, dev: Dev) -> None:
    source = checkout.directory / "src/lego_api/health/router.py"
    written = source.read_text()
    try:
        source.write_text(written + "\n(")
        dev.wait_for("SyntaxError: '(' was never closed")
        source.write_text(written.replace('"lego-projects-api"', '"changed"'))
        dev.wait_for_answer("/health", lambda answer: answer.json()["service"] == "changed")
    finally:
        source.write_text(written)
    dev.wait_for_answer("/health", lambda answer: answer.json()["service"] == "lego-projects-api")
