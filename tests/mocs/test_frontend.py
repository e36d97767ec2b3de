"""The calls that the web app's pages make for MOCs, as the browser sends them: field for field, and by cookie only.

Each test names the call; what is asserted are the fields that the pages read.
"""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.mocs.builders import multipart
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.pictures import CSV, JPEG, PDF, STUDIO

# What a browser adds by itself to a same-origin fetch; the page sends no token of any kind in a header.
BROWSER = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Cache-Control": "max-age=300"}


@pytest.fixture
def browser(api: Api) -> User:
    return api.cookie_user(None, **BROWSER)


def create(browser: User, title: str, **images: bytes) -> dict[str, Any]:
    """createInstructionWithFiles: no setNumber, partsCount or theme, though the dialog asks for them."""
    form = multipart(
        ("type", "moc"),
        ("title", title),
        ("description", "A castle on a hill"),
        ("author", "Anna"),
        ("tags", json.dumps(["castle", "medieval"])),
        ("instructionsFile", ("plan-ä.pdf", PDF, "application/pdf")),
        ("partsLists", ("parts.csv", CSV, "text/csv")),
        *(("images", (f"{name}.jpg", data, "image/jpeg")) for name, data in images.items()),
    )
    answer = browser.post("/api/mocs/with-files", **form)
    assert answer.status_code == 201, answer.text
    moc: dict[str, Any] = answer.json()["moc"]
    return moc


def test_create_instruction_with_files_then_the_gallery_shows_it(browser: User) -> None:
    title = f"Burg {uuid4()}"
    created = create(browser, title, front=JPEG, back=JPEG)
    assert [file["fileType"] for file in created["files"]] == [
        "instruction",
        "parts-list",
        "thumbnail",
        "gallery-image",
    ]
    assert [image["alt"] for image in created["images"]] == ["front.jpg", "back.jpg"]

    # getInstructions
    found = browser.get("/api/mocs/search?q=&from=0&size=100")
    assert found.status_code == 200
    moc = next(moc for moc in found.json()["mocs"] if moc["id"] == created["id"])
    assert moc["title"] == title
    assert moc["tags"][0] == "castle"
    assert moc["author"] == "Anna"
    assert moc["theme"] is None
    assert moc["thumbnailUrl"] == created["thumbnailUrl"]
    assert moc["createdAt"].endswith("Z")
    assert moc["updatedAt"].endswith("Z")
    assert {"description"} <= moc.keys()


def test_the_detail_page_and_its_links(browser: User, api: Api) -> None:
    created = create(browser, f"Burg {uuid4()}", front=JPEG)

    # getMOCInstruction, by the base URL of the development build, which has /api twice
    detail = browser.get(f"/api/api/mocs/{created['id']}").json()["data"]
    for name in ("id", "userId", "title", "createdAt", "updatedAt", "author", "description"):
        assert isinstance(detail[name], str)
    assert "totalPieceCount" in detail
    for file in detail["files"]:
        for name in ("id", "mocId", "fileType", "fileUrl", "originalFilename", "mimeType", "createdAt"):
            assert isinstance(file[name], str), name
        assert isinstance(file["size"], int)
    by_type = {file["fileType"]: file for file in detail["files"]}
    assert by_type["parts-list"]["originalFilename"] == "parts.csv"
    assert by_type["instruction"]["originalFilename"] == "plan-ä.pdf"

    # raw.file.thumbnail and raw.file.fileUrl: an <img> and a link, which send no token
    anonymous = api.client()
    thumbnail = anonymous.get(detail["thumbnailUrl"])
    assert thumbnail.status_code == 200
    assert thumbnail.headers["content-type"] == "image/webp"
    assert thumbnail.content[8:12] == b"WEBP"
    instructions = anonymous.get(by_type["instruction"]["fileUrl"])
    assert instructions.content == PDF
    assert instructions.headers["content-type"] == "application/pdf"
    # Browsers ignore the link's `download` where the file comes from another origin, such as a CDN.
    assert instructions.headers["content-disposition"].endswith("filename*=UTF-8''plan-%C3%A4.pdf")


# The development build's base URL has /api twice; another build's has it once.
@pytest.mark.parametrize("base", ["/api/mocs", "/api/api/mocs"])
def test_upload_parts_list_then_the_detail_page_shows_it(browser: User, api: Api, base: str) -> None:
    """uploadPartsList: the file comes first, `fileType` is not needed, and no token is in a header."""
    moc = create(browser, f"Burg {uuid4()}", front=JPEG)
    form = multipart(
        ("partsListFile", ("Teile ä.csv", CSV, "text/csv")), ("mocId", moc["id"]), ("fileType", "parts-list")
    )
    answer = browser.post(f"{base}/upload-parts-list", **form)
    assert answer.status_code == 201, answer.text
    parsing = answer.json()["data"]["parsing"]
    assert (parsing["totalPieceCount"], parsing["uniqueParts"], parsing["format"]) == (25, 1, "csv")

    detail = browser.get(f"{base}/{moc['id']}").json()["data"]
    assert detail["totalPieceCount"] == 25
    [file] = [file for file in detail["files"] if file["originalFilename"] == "Teile ä.csv"]
    assert (file["fileType"], type(file["size"])) == ("parts-list", int)
    assert api.client().get(file["fileUrl"]).content == CSV


@pytest.mark.parametrize("base", ["/api/mocs", "/api/api/mocs"])
def test_upload_parts_list_when_it_is_refused(browser: User, base: str) -> None:
    """The page looks at `code`, and shows the first message of `details`."""
    moc = create(browser, f"Burg {uuid4()}", front=JPEG)

    def refused(*parts: tuple[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = browser.post(f"{base}/upload-parts-list", **multipart(*parts, ("fileType", "parts-list")))
        body: dict[str, Any] = answer.json()
        assert {type(body[key]) for key in ("message", "error", "code")} == {str}
        return answer.status_code, body

    bad = ("partsListFile", ("parts.csv", b"Part ID,Quantity\n3001,many\n", "text/csv"))
    status, body = refused(bad, ("mocId", moc["id"]))
    assert (status, body["code"]) == (400, "PARSING_FAILED")
    assert isinstance(body["details"][0]["message"], str)
    status, body = refused(("mocId", moc["id"]))
    assert (status, body["code"]) == (400, "MISSING_FIELDS")
    status, body = refused(bad, ("mocId", str(uuid4())))
    assert (status, body["code"]) == (404, "MOC_NOT_FOUND")


@pytest.mark.parametrize("base", ["/api/mocs", "/api/api/mocs"])
def test_statistics_of_the_profile_page(browser: User, base: str) -> None:
    for number in range(2):
        browser.post(
            "/api/mocs", json={"title": f"B {number} {uuid4()}", "theme": "Castle", "tags": ["Castle", "Tower"]}
        )
    browser.post("/api/mocs", json={"title": f"B {uuid4()}", "theme": ""})
    browser.post("/api/mocs", json={"title": f"B {uuid4()}"})

    categories = browser.get(f"{base}/stats/by-category").json()
    assert categories["success"] is True
    assert categories["data"] == [{"category": "Castle", "count": 2}, {"category": "tower", "count": 2}]
    assert categories["total"] == 4

    months = browser.get(f"{base}/stats/uploads-over-time").json()
    assert months["success"] is True
    assert [(row["category"], row["count"]) for row in months["data"]] == [("Castle", 2), ("Unknown", 2)]
    assert all(len(row["date"]) == 7 for row in months["data"])


@pytest.mark.parametrize("base", ["/api/mocs", "/api/api/mocs"])
def test_upload_moc_thumbnail_with_the_file_before_its_type(browser: User, base: str) -> None:
    moc = create(browser, f"Burg {uuid4()}", front=JPEG)
    form = multipart(("file", ("new.jpg", JPEG, "image/jpeg")), ("fileType", "thumbnail"))
    answer = browser.post(f"{base}/{moc['id']}/files", **form)
    assert answer.status_code == 201, answer.text
    shown = browser.get(f"/api/mocs/{moc['id']}").json()["data"]["thumbnailUrl"]
    assert shown == answer.json()["file"]["fileUrl"] != moc["thumbnailUrl"]


def test_upload_moc_thumbnail_as_the_page_really_sends_it(browser: User) -> None:
    """The page hands a wrapper object to the form, which turns it into a text: a clear 400, and nothing lost."""
    moc = create(browser, f"Burg {uuid4()}", front=JPEG)
    form = multipart(("file", "[object Object]"), ("fileType", "thumbnail"))
    answer = browser.post(f"/api/mocs/{moc['id']}/files", **form)
    assert answer.status_code == 400
    assert answer.json()["error"] == answer.json()["message"] == "File is required"
    assert browser.get(f"/api/mocs/{moc['id']}").json()["data"]["thumbnailUrl"] == moc["thumbnailUrl"]


@pytest.mark.parametrize("base", ["/api/mocs", "/api/api/mocs"])
def test_delete_moc_file(browser: User, base: str) -> None:
    moc = create(browser, f"Burg {uuid4()}", front=JPEG)
    file = moc["files"][1]
    assert browser.delete(f"{base}/{moc['id']}/files/{file['id']}").status_code == 200
    again = browser.delete(f"{base}/{moc['id']}/files/{file['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "FILE_NOT_FOUND")
    assert isinstance(again.json()["message"], str)


def test_a_set_by_form(browser: User) -> None:
    form = multipart(
        ("releaseYear", "1999"),
        ("retired", "true"),
        ("uploadedDate", "2024-05-01T10:00:00.000Z"),
        ("setNumber", "6085-1"),
        ("theme", "Castle"),
        ("brand", "LEGO"),
        ("title", f"Black Monarch's Castle {uuid4()}"),
        ("type", "set"),
        ("instructionsFile", ("model.io", STUDIO, "application/octet-stream")),
    )
    answer = browser.post("/api/mocs/with-files", **form)
    assert answer.status_code == 201, answer.text
    moc = answer.json()["moc"]
    assert (moc["releaseYear"], moc["retired"], moc["uploadedDate"]) == (1999, True, "2024-05-01T10:00:00.000Z")


def test_a_refused_upload_is_told_in_texts(browser: User) -> None:
    """The gallery page renders `message`, else `error`: anything but a text there breaks it."""
    form = multipart(("type", "moc"), ("title", ""), ("author", "Anna"), ("instructionsFile", ("p.pdf", PDF, "")))
    for answer in (browser.post("/api/mocs/with-files", **form), browser.get("/api/mocs/stats/nothing")):
        assert answer.status_code in (400, 404)
        assert {type(answer.json()[key]) for key in ("message", "error", "code")} == {str}


def test_link_gallery_images(browser: User, database: Database) -> None:
    """GalleryImageLinker and GalleryImageLinkModal."""
    created = browser.post("/api/mocs/", json={"type": "moc", "title": f"Burg {uuid4()}", "author": "Anna"})
    moc = created.json()["moc"]
    insert = (
        "INSERT INTO gallery_images (user_id, title, image_url) VALUES ($1, 'Front', '/uploads/x.jpg') RETURNING id"
    )
    image_id = str(database.value(insert, browser.id))
    choice = browser.get("/api/mocs/search?limit=50").json()["mocs"]
    assert {"id", "title", "description", "createdAt"} <= choice[0].keys()

    path = f"/api/mocs/{moc['id']}/gallery-images"
    assert browser.post(path, json={"galleryImageId": image_id}).status_code == 201
    (image,) = browser.get(path).json()["images"]
    assert (image["id"], image["title"], image["description"], image["url"]) == (
        image_id,
        "Front",
        None,
        "/uploads/x.jpg",
    )
    assert datetime.fromisoformat(image["linkedAt"]).tzinfo is not None
    assert browser.delete(f"{path}/{image_id}").status_code == 200


def test_the_calls_no_page_makes_yet(browser: User) -> None:
    """createInstruction, createMOCInstruction, updateInstruction, updateMOCInstruction and deleteInstruction."""
    fields = {
        "type": "moc",
        "title": f"Burg {uuid4()}",
        "description": "A castle",
        "author": "Anna",
        "setNumber": "MOC-1",
        "partsCount": 100,
        "theme": "Castle",
        "uploadedDate": "2024-05-01T10:00:00.000Z",
        "tags": ["castle"],
    }
    unknown = {"partsList": "", "isPublic": True, "isPublished": False, "downloadCount": 0}
    created = browser.post("/api/mocs/", json=fields | unknown)
    assert created.status_code == 201, created.text
    moc = created.json()["moc"]
    assert {name: moc[name] for name in fields} == fields
    unknown = {"difficulty": "easy", "pieces": 100, "estimatedTime": 5, "instructions": []}
    assert browser.post("/api/mocs", json={"title": f"Burg {uuid4()}", "tags": [], **unknown}).status_code == 201

    changes = {"type": "moc", "title": f"Burg {uuid4()}", "description": "Changed", "tags": ["tower"]}
    changed = browser.patch(f"/api/mocs/{moc['id']}", json=changes).json()["moc"]
    assert {name: changed[name] for name in changes} == changes
    renamed = browser.put(f"/api/mocs/{moc['id']}", json={"title": f"Burg {uuid4()}"})
    assert renamed.status_code == 200
    found = browser.get(f"/api/mocs/search?q={renamed.json()['moc']['title']}&from=0&size=5").json()["mocs"]
    assert found[0]["id"] == moc["id"]
    assert browser.delete(f"/api/mocs/{moc['id']}").status_code == 200
