"""Forms with files: what counts as one, and that half a form is none."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.faults import serving
from tests.support.pictures import CSV, JPEG, PDF
from tests.support.raw_http import cut_short, raw_request

UPLOAD = "/api/wishlist/upload-image"
WITH_FILES = "/api/mocs/with-files"
TYPE = "multipart/form-data; boundary=b"


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"


def form(title: str) -> bytes:
    texts = part("type", b"moc") + part("title", title.encode()) + part("author", b"Anna")
    return texts + part("instructionsFile", PDF, "plan.pdf") + part("images", JPEG, "front.jpg")


def send(user: User, path: str, body: bytes, content_type: str = TYPE) -> httpx.Response:
    return user.post(path, content=body, headers={"Content-Type": content_type})


def found(user: User) -> list[Any]:
    mocs: list[Any] = user.get("/api/mocs").json()["data"]
    return mocs


def test_a_whole_form_is_read(api: Api) -> None:
    answer = send(api.user(), WITH_FILES, form(f"Castle {uuid4()}") + b"--b--\r\n")
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["moc"]["files"]) == 2


@pytest.mark.parametrize(
    "lost", [b"", b"--b", b"--b\r\n", b"--b\r\nContent-Disp"], ids=["boundary", "end", "part", "header"]
)
def test_a_form_that_ends_in_the_middle_is_none(api: Api, lost: bytes) -> None:
    user = api.user()
    answer = send(user, WITH_FILES, form(f"Castle {uuid4()}") + lost)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["message"] == "The form is incomplete: its last boundary is missing"
    assert found(user) == []


@pytest.mark.parametrize("lost", [1, 60, 120])
def test_a_file_that_ends_in_the_middle_is_none(api: Api, lost: int) -> None:
    user = api.user()
    answer = send(user, WITH_FILES, form(f"Castle {uuid4()}")[:-lost])
    assert answer.status_code == 400
    assert found(user) == []


def test_a_connection_lost_in_the_middle_leaves_nothing(over_http: Api) -> None:
    user = over_http.user()
    body = form(f"Castle {uuid4()}")
    head = (
        f"POST {WITH_FILES} HTTP/1.1\nHost: x\nAuthorization: {user.headers['Authorization']}\n"
        f"Content-Type: {TYPE}\nContent-Length: {len(body) + 7}"
    )
    cut_short(over_http, head, body)
    assert found(user) == []


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        ("multipart/form-data", part("image", JPEG, "a.jpg") + b"--b--", "Missing boundary in multipart."),
        (TYPE, b"no form at all", "Invalid multipart data."),
        (TYPE, part("image", JPEG, "a.jpg").replace(b'name="image"; ', b"") + b"--b--", "name"),
        (TYPE, b"", "The form is incomplete"),
        (TYPE, b"".join(part("image", b"x", "a.jpg") for _ in range(31)) + b"--b--", "Too many files"),
        (TYPE, b"".join(part("title", b"x") for _ in range(201)) + b"--b--", "Too many fields"),
        (TYPE, part("title", b"x" * (128 * 1024 + 1)) + b"--b--", "title is too long: at most 128 KB"),
    ],
    ids=["no boundary", "no form", "no name", "empty", "files", "fields", "long text"],
)
def test_forms_that_cannot_be_read_say_why(api: Api, content_type: str, body: bytes, message: str) -> None:
    for path in (UPLOAD, WITH_FILES):
        answer = send(api.user(), path, body, content_type)
        assert answer.status_code == 400, answer.text
        assert message in answer.json()["message"]
        assert answer.json()["code"] == "VALIDATION_ERROR"


def test_a_form_with_nothing_in_it_misses_something(api: Api) -> None:
    answer = send(api.user(), UPLOAD, b"--b--\r\n")
    assert answer.status_code == 400


@pytest.mark.parametrize("path", [UPLOAD, WITH_FILES])
def test_json_is_refused_where_a_form_is_read(api: Api, path: str) -> None:
    answer = api.user().post(path, json={"title": "Castle"})
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert answer.json()["message"] == "Send the body as multipart/form-data"


@pytest.mark.parametrize("path", [UPLOAD, WITH_FILES])
def test_no_body_at_all_misses_something(api: Api, path: str) -> None:
    answer = api.user().post(path)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")


def test_a_file_field_where_no_file_was_chosen_was_not_sent(api: Api) -> None:
    body = form(f"Castle {uuid4()}") + part("partsLists", b"", "") + b"--b--"
    answer = send(api.user(), WITH_FILES, body)
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["moc"]["files"]) == 2


def test_a_file_without_a_name_is_refused(api: Api) -> None:
    answer = send(api.user(), UPLOAD, part("image", JPEG, "") + b"--b--")
    assert (answer.status_code, answer.json()["message"]) == (400, "The file has no name")


def test_every_byte_of_a_file_arrives(api: Api) -> None:
    content = PDF + bytes(range(256)) * 40 + b"\r\n--b\r --b-- \r\n--"
    user = api.user()
    body = (
        form(f"Castle {uuid4()}").replace(PDF, content).replace(b"--b\r\nContent", b"--edge\r\nContent") + b"--edge--"
    )
    answer = send(user, WITH_FILES, body, "multipart/form-data; boundary=edge")
    assert answer.status_code == 201, answer.text
    assert api.client().get(answer.json()["moc"]["files"][0]["fileUrl"]).content == content


def test_file_names_are_utf8(api: Api) -> None:
    body = form(f"Castle {uuid4()}").replace(b"plan.pdf", "bild-ä-部品.pdf".encode()) + b"--b--"
    answer = send(api.user(), WITH_FILES, body)
    assert answer.json()["moc"]["files"][0]["originalFilename"] == "bild-ä-部品.pdf"


@pytest.mark.parametrize("charset", ["charset=punycode", 'charset="undefined"', "Charset*=utf-7''x", "charset=latin-1"])
def test_a_form_is_utf_8(api: Api, charset: str) -> None:
    """Python knows charsets that take minutes for a megabyte, or always fail."""
    answer = send(api.user(), WITH_FILES, form("Castle") + b"--b--\r\n", f"{TYPE}; {charset}")
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_file_that_is_larger_than_any_may_be_is_not_read_to_its_end(settings: Settings) -> None:
    kinds = ("instruction", "parts_list", "image", "gallery_image")
    limits: dict[str, Any] = {f"max_{kind}_bytes": 1024 * 1024 for kind in kinds}
    with serving(settings, **limits) as small:
        user = small.user()
        large = part("instructionsFile", PDF + bytes(1024 * 1024), "plan.pdf")
        answer = raw_request(
            small,
            "POST",
            WITH_FILES,
            part("type", b"moc") + large,
            Content_Type=TYPE,
            Content_Length="99999999",
            Authorization=user.headers["Authorization"],
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
        assert "1MB" in answer.json()["message"]


def test_files_for_somebody_elses_moc_are_not_even_read(over_http: Api) -> None:
    moc = over_http.user().post("/api/mocs", json={"title": f"Castle {uuid4()}"}).json()["moc"]
    answer = raw_request(
        over_http,
        "POST",
        f"/api/mocs/{moc['id']}/files",
        part("fileType", b"instruction"),
        Content_Type=TYPE,
        Content_Length="99999999",
        Authorization=over_http.user().headers["Authorization"],
    )
    assert answer.status_code == 403


def test_files_under_both_names_are_counted_together(over_http: Api) -> None:
    user = over_http.user()
    moc = user.post("/api/mocs", json={"title": f"Castle {uuid4()}"}).json()["moc"]
    files = [(name, (f"{name}{n}.csv", CSV)) for name in ("file", "files") for n in range(6)]
    answer = user.post(f"/api/mocs/{moc['id']}/files", data={"fileType": "parts-list"}, files=files)
    assert (answer.status_code, answer.json()["message"]) == (400, "Too many files: at most 10 are accepted")
