"""The HTTP function of the image, called by Lambda's runtime client with the events of API Gateway."""

import io
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image as Pillow

from benchmarks.photo import photo
from tests.mocs.builders import Json, new_moc, upload_moc
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.image_functions import FunctionError, ImageFunction
from tests.support.measurements import MEASURED
from tests.support.objects import Objects
from tests.support.pictures import JPEG, PDF
from tests.support.refusals import refusal

pytestmark = pytest.mark.large

MEMORY = 512  # megabytes; the function gets 1,024 and gives 60 % of them to pictures
FILES = "https://files.example.com/"


def test_every_part_that_it_needs_answers(gateway_api: Api) -> None:
    answer = gateway_api.client().get("/health")
    assert answer.status_code == 200
    parts = answer.json()["components"]
    assert (parts["database"], parts["redis"], parts["storage"]) == ("healthy", "healthy", "healthy")


def test_json_in_and_out(gateway_api: Api, database: Database) -> None:
    user, other = gateway_api.user(), gateway_api.user()
    made = user.post("/api/wishlist", json={"title": "Brücke 部品", "sortOrder": "1"})
    assert made.status_code == 201, made.text
    item = made.json()["data"]["item"]
    assert database.value("SELECT title FROM wishlist_items WHERE id = $1::text::uuid", item["id"]) == "Brücke 部品"
    for _ in ("from the database", "from the cache"):
        assert user.get("/api/wishlist").json()["data"]["items"] == [item]
    assert other.get(f"/api/wishlist/{item['id']}").status_code == 404
    assert user.post("/api/wishlist", json={"title": ""}).status_code == 400
    assert gateway_api.client().get("/api/wishlist").status_code == 401


def test_what_belongs_to_local_development_is_not_there(gateway_api: Api) -> None:
    refused = refusal(gateway_api.client().post("/api/mocs/test-auth"))
    assert refused == (404, "NOT_FOUND", "Not Found - /api/mocs/test-auth")
    assert "strict-transport-security" in gateway_api.client().get("/").headers


def test_forms_of_several_files_arrive_as_they_were_sent(gateway_api: Api, objects: Objects) -> None:
    content = PDF + bytes(range(256)) * 100
    answer = upload_moc(
        gateway_api.user(),
        ("instructionsFile", ("plan-ä.pdf", content, "application/pdf")),
        ("images", ("front.jpg", JPEG, "image/jpeg")),
    )
    assert answer.status_code == 201, answer.text
    instruction, picture = answer.json()["moc"]["files"]
    assert instruction["originalFilename"] == "plan-ä.pdf"
    assert objects.get(instruction["fileUrl"].removeprefix(FILES))["Body"].read() == content
    assert picture["fileUrl"].startswith(FILES)


def test_a_photo_is_worked_on_within_half_of_the_memory(
    gateway_api: Api, objects: Objects, http_function: ImageFunction, record_property: Callable[[str, object], None]
) -> None:
    """The largest that comes through the gateway: more goes to the storage directly."""
    sent = photo()
    answer = gateway_api.user().post("/api/images", files={"image": ("IMG_1.JPG", sent, "image/jpeg")})
    assert answer.status_code == 201, answer.text
    stored = objects.get(answer.json()["image"]["imageUrl"].removeprefix(FILES))["Body"].read()
    with Pillow.open(io.BytesIO(stored)) as image:
        assert (image.format, image.size) == ("WEBP", (2048, 1536))
    seconds, megabytes = http_function.init_seconds, http_function.peak_megabytes
    record_property(MEASURED, f"image, HTTP: {seconds:.2f} s to start, {megabytes} MB with a photo of 12 megapixels")
    assert 30 < megabytes < MEMORY


def test_its_log_has_one_line_of_json_for_each_request(gateway_api: Api, http_function: ImageFunction) -> None:
    """Lambda's runtime client brings a way of logging, too, which would say everything twice."""
    about = [gateway_api.client().get(f"/nope/{uuid4()}").headers["x-request-id"] for _ in range(2)]
    for request_id in about:
        line = http_function.line(lambda line, id=request_id: line.get("requestId") == id)  # type: ignore[misc]
        assert (line["message"], line["status"], line["level"]) == ("request", 404, "INFO")
    assert http_function.log.count(f'"requestId": "{about[0]}"') == 1
    assert not re.search(r"^\[[A-Z]+\]\t", http_function.log, re.MULTILINE), "in the format of the runtime client"


@pytest.mark.parametrize("event", [{}, [], "warm up", {"Records": []}, {"source": "aws.events"}], ids=repr)
def test_an_event_that_is_no_request_is_an_error_and_the_next_one_is_answered(
    gateway_api: Api, http_function: ImageFunction, event: Any
) -> None:
    with pytest.raises(FunctionError) as error:
        http_function.invoke(event)
    assert error.value.kind == "error"
    assert gateway_api.client().get("/health/live").status_code == 200


def test_a_moc_is_found_by_the_database_where_there_is_no_index(gateway_api: Api) -> None:
    moc: Json = new_moc(gateway_api.user(), title=f"Drawbridge {uuid4()}")
    found = gateway_api.client().get("/api/mocs/search", params={"q": moc["title"]}).json()
    assert (found["source"], [moc["id"] for moc in found["mocs"]]) == ("database", [moc["id"]])
