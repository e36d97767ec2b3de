"""Small files that would cost much, or leave something that is none."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import httpx
import pytest

from tests.mocs.builders import Json, new_moc
from tests.parts_lists.builders import lists_path, moc_with_list, upload
from tests.support.clients import Api

LINE = "1 4 0 0 0 1 0 0 0 1 0 0 0 1 {}\n"


def studio_file(model: str) -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as file:
        file.writestr("model.ldr", model)
    return archive.getvalue()


def sent(api: Api, name: str, content: bytes) -> httpx.Response:
    user = api.user()
    return upload(user, new_moc(user), name, content)


def reasons(answer: httpx.Response) -> list[Json]:
    assert (answer.status_code, answer.json()["code"]) == (400, "PARSING_FAILED"), answer.text
    details: list[Json] = answer.json()["details"]
    return details


def test_a_header_of_more_columns_than_any_program_writes_is_refused(over_http: Api) -> None:
    content = ("part,quantity," + "x," * 30_000 + "\n" + "3001,1\n" * 9_000).encode()
    (reason,) = reasons(sent(over_http, "wide.csv", content))
    assert (reason["message"], reason["line"]) == ("The header has more than 200 columns", 1)


@pytest.mark.parametrize("name", [".dat", "parts\\.DAT"])
def test_a_part_without_a_name_is_none(over_http: Api, name: str) -> None:
    content = (LINE.format("3001.dat") + LINE.format(name)).encode()
    (reason,) = reasons(sent(over_http, "model.ldr", content))
    assert "names no part" in reason["message"]
    assert reason["line"] == 2


def test_a_studio_file_that_unpacks_to_much_is_not_read_while_somebody_waits(over_http: Api) -> None:
    comments = "".join(f"0 {number:x} {number * number:x}\n" for number in range(700_000))
    answer = sent(over_http, "model.io", studio_file(LINE.format("3001.dat") + comments))
    assert (answer.status_code, answer.json()["data"]["partsList"]["status"]) == (202, "processing")


def test_a_studio_file_that_can_never_be_read_is_refused_at_once(over_http: Api) -> None:
    (reason,) = reasons(sent(over_http, "bomb.io", studio_file("0 a comment of many\n" * 1_000_000)))
    assert "packed more than 200 times" in reason["message"]


def test_what_a_builder_pays_and_notes_down_is_nobody_elses_business(over_http: Api) -> None:
    user = over_http.user()
    moc, parts_list = moc_with_list(user)
    private = {"notes": "a secret", "actualCost": "12.50", "costEstimate": "10"}
    own = user.put(lists_path(moc, parts_list["id"]), json=private).json()["data"]
    assert own | private == own
    (published,) = over_http.client().get(f"/api/mocs/{moc['id']}").json()["data"]["partsLists"]
    hidden = dict.fromkeys((*private, "problems"))
    assert published == own | hidden
