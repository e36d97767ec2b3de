"""In the local stack, too, a parts list is read because it is stored: nobody has to call anything."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.dev.checkout import Checkout, Dev

pytestmark = pytest.mark.large

PARTS = b"Part ID,Part Name,Quantity,Color\n3001,Brick 2 x 4,25,Red\n3023,Plate 1 x 2,7,Blue\n"
PLAN = b"%PDF-1.4\n"


@pytest.fixture(scope="module")
def dev(checkout: Checkout) -> Iterator[Dev]:
    with checkout.dev() as dev:
        yield dev


def upload_directly(dev: Dev) -> str:
    """The path of the MOC's lists. The parts list is sent to the storage, and that is all."""
    files = [
        {"filename": "plan.pdf", "fileType": "instruction", "mimeType": "application/pdf", "size": len(PLAN)},
        {"filename": "parts.csv", "fileType": "parts-list", "mimeType": "text/csv", "size": len(PARTS)},
    ]
    moc = {"type": "moc", "title": f"Castle {uuid4()}", "author": "Alice", "files": files}
    begun = httpx.post(f"{dev.url}/api/mocs/with-files/initialize", json=moc, headers=alice(dev), timeout=60)
    data = begun.raise_for_status().json()["data"]
    permission = data["uploadUrls"][1]
    sent = httpx.post(permission["uploadUrl"], data=permission["fields"], files={"file": PARTS}, timeout=60)
    sent.raise_for_status()
    return f"/api/mocs/{data['mocId']}/parts-lists"


def alice(dev: Dev) -> dict[str, str]:
    return {"Authorization": f"Bearer {dev.tokens['alice@example.com']}"}


def read(dev: Dev, path: str) -> dict[str, Any]:
    """The only list there, once it has been read."""
    found: list[dict[str, Any]] = []

    def is_read(answer: httpx.Response) -> bool:
        found[:] = answer.json()["data"]
        return [parts_list["status"] for parts_list in found] == ["ready"]

    dev.wait_for_answer(path, is_read, headers=alice(dev))
    return found[0]


def test_the_table_says_where_and_who(dev: Dev) -> None:
    address, origin = dev.rows["Parts lists"]
    assert address == f"{dev.rows['S3'][0]}/123456789012/lego-local-parts-lists"
    assert origin == "read when the bucket says that they are stored"


def test_what_is_sent_to_the_bucket_is_read(dev: Dev) -> None:
    assert read(dev, upload_directly(dev))["totalPartsCount"] == "32"


def test_the_lists_of_the_examples_are_read(dev: Dev) -> None:
    for moc in dev.get("/api/mocs")["data"]:
        assert read(dev, f"/api/mocs/{moc['id']}/parts-lists")["totalPartsCount"] == "32"


def test_a_change_of_the_source_is_used_and_a_mistake_is_waited_out(checkout: Checkout, dev: Dev) -> None:
    source = checkout.directory / "src/lego_api/parts_lists/writing.py"
    written = source.read_text()
    changed = written.replace('return f"Parsed {', 'return f"Read {')
    assert changed != written
    log = checkout.directory / ".dev" / "log" / "events.log"
    try:
        source.write_text(written + "\n(")
        dev.wait_until(lambda: "SyntaxError: '(' was never closed" in log.read_text())
        source.write_text(changed)
        dev.wait_for_answer("/health", lambda answer: answer.status_code == 200)
        assert read(dev, upload_directly(dev))["description"] == "Read CSV parts list with 32 total pieces"
    finally:
        source.write_text(written)
    dev.wait_for_answer("/health", lambda answer: answer.status_code == 200)
