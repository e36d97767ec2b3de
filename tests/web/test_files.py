"""Stored files under `/uploads`, for who may have nothing but their URL."""

import socket
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from lego_api.adapters.s3_clients import MAX_CONNECTIONS
from tests.support.clients import Api
from tests.support.faults import serving
from tests.support.objects import Objects
from tests.support.pictures import JPEG, PDF
from tests.support.raw_http import raw_request

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def path(objects: Objects) -> str:
    return store(objects, f"mocs/{uuid4()}/plan.pdf")


def store(objects: Objects, key: str, **settings: Any) -> str:
    usual = {"ContentType": "application/pdf", "CacheControl": "public, max-age=31536000, immutable"}
    objects.s3.put_object(Bucket=objects.bucket, Key=key, Body=CONTENT, **(usual | settings))
    return f"/uploads/{key}"


def test_anybody_gets_the_file_as_it_was_stored(api: Api, objects: Objects) -> None:
    path = store(objects, f"mocs/{uuid4()}/plan.pdf", ContentDisposition="attachment")
    answer = api.client().get(path)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert answer.headers["ETag"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=10200-", 10200, 10239),
        ("bytes=-10", 10230, 10239),
        ("bytes=10000-99999", 10000, 10239),
    ],
)
def test_a_range_is_a_part(api: Api, path: str, asked: str, start: int, end: int) -> None:
    answer = api.client().get(path, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, CONTENT[start : end + 1])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{len(CONTENT)}"
    assert answer.headers["Content-Length"] == str(end - start + 1)


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=9-3", "bytes=0-1,5-6", "bytes=a-b", "bytes=-", ""])
def test_a_range_that_makes_no_sense_is_ignored(api: Api, path: str, asked: str) -> None:
    answer = api.client().get(path, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, CONTENT)


@pytest.mark.parametrize("form", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_who_has_it_does_not_get_it_again(api: Api, path: str, form: str) -> None:
    client = api.client()
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": form.format(tag=first.headers["ETag"])})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Last-Modified"):
        assert again.headers[name] == first.headers[name]
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_says_how_long_it_is(api: Api, path: str) -> None:
    answer = api.client().head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["Content-Type"] == "application/pdf"


def test_answers_without_a_body_hold_no_connections(api: Api, path: str) -> None:
    """More of them than the client of S3 has connections."""
    client = api.client()
    tag = client.get(path).headers["ETag"]
    for _ in range(30):
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        assert client.head(path).status_code == 200
    assert client.get(path).content == CONTENT


@pytest.mark.parametrize("name", ["bild ä+&?#%41.jpg", "部品.csv", "a'b;c=d,e.txt", "MOCS/Search/API", "(1)~!*.pdf"])
def test_keys_mean_what_they_say(api: Api, objects: Objects, name: str) -> None:
    key = f"gallery/{uuid4()}/{name}"
    store(objects, key)
    for prefix in ("/uploads/", "/Uploads/"):
        answer = api.client().get(prefix + quote(key))
        if "%41" not in name:  # a gateway decodes it once more
            assert (answer.status_code, answer.content) == (200, CONTENT)
    assert api.client().get(f"/uploads/{quote(key.swapcase())}").status_code == 404


@pytest.mark.parametrize(
    "target",
    [
        "/uploads/nothing/there.jpg",
        "/uploads/%2e%2e/{bucket}/secret.txt",
        "/uploads/../{bucket}/secret.txt",
        "/uploads/a/../secret.txt",
        "/uploads/a/%2E%2E%2Fsecret.txt",
        "/uploads/./secret.txt",
        "/uploads//secret.txt",
        "/uploads/secret.txt//",
        "/uploads/.hidden",
        "/uploads/a/.git/config",
        "/uploads/",
        "/uploads",
        "/uploads//",
        "/uploads/" + "k" * 1025,
        "/uploads/" + "%C3%A4" * 600,
    ],
)
def test_everything_else_is_not_found(over_http: Api, objects: Objects, target: str) -> None:
    for key in ("secret.txt", ".hidden", "a/.git/config"):
        store(objects, key)
    answer = raw_request(over_http, "GET", target.format(bucket=objects.bucket))
    assert answer.status_code == 404
    assert answer.json()["success"] is False
    assert "Amazon" not in answer.text


def test_storage_that_does_not_answer_is_a_503(settings: Any) -> None:
    with serving(settings, s3_endpoint_url="http://127.0.0.1:9", storage_timeout=0.5) as api:
        answer = api.client().get("/uploads/a/b.jpg")
        assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) > 0


def test_where_a_cdn_serves_the_files_the_application_does_not(settings: Any, path: str) -> None:
    with serving(settings, files_base_url="https://files.example") as api:
        assert api.client().get(path).status_code == 404


def test_slow_readers_keep_storage_from_nobody(over_http: Api) -> None:
    """More of them than the connections that S3 is written and asked by."""
    user = over_http.user()
    data = {"type": "moc", "title": f"Castle {uuid4()}", "author": "Anna"}
    plan = ("plan.pdf", PDF + bytes(8 * 1024 * 1024), "application/pdf")
    moc = user.post("/api/mocs/with-files", data=data, files={"instructionsFile": plan}).json()["moc"]
    url = user.base_url
    with ExitStack() as readers:
        for _ in range(MAX_CONNECTIONS + 5):
            reader = readers.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.connect((url.host, url.port or 80))
            reader.sendall(f"GET {moc['files'][0]['fileUrl']} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert reader.recv(12) == b"HTTP/1.1 200"
        answer = user.post("/api/wishlist/upload-image", files={"image": ("a.jpg", JPEG)})
        assert answer.status_code == 200, answer.text
