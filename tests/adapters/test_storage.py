"""The adapter for S3: what it reads, what it deletes, and the names under which people save things."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import uuid4

import pytest

from lego_api.adapters.content_disposition import attachment
from lego_api.adapters.storage import CACHE_CONTROL, DELETE_BATCH, Storage
from lego_api.config import Settings
from lego_api.errors import NotFound
from tests.support.database import run
from tests.support.faults import Proxy, Verdict
from tests.support.objects import Objects

T = TypeVar("T")

DATA = bytes(range(100))


def with_storage(settings: Settings, use: Callable[[Storage], Awaitable[T]]) -> T:
    async def play() -> T:
        storage = Storage(settings)
        try:
            return await use(storage)
        finally:
            await storage.aclose()

    return run(play())


async def read(storage: Storage, key: str, byte_range: str | None = None) -> tuple[int, bytes]:
    stored = await storage.open(key, byte_range)
    return stored.status, b"".join([chunk async for chunk in stored.body])


@pytest.mark.parametrize(
    ("byte_range", "status", "data"),
    [
        (None, 200, DATA),
        ("bytes=0-9", 206, DATA[:10]),
        ("bytes=90-", 206, DATA[90:]),
        ("bytes=-5", 206, DATA[-5:]),
        ("bytes=90-1000", 206, DATA[90:]),
        # None of these can be done: the whole object, as for whoever does not know ranges.
        ("bytes=100-", 200, DATA),
        ("bytes=1000-2000", 200, DATA),
        ("bytes=0-1,5-6", 200, DATA),
        ("bytes=-", 200, DATA),
        ("bytes=\u0663-\u0664", 200, DATA),
        ("lines=1-2", 200, DATA),
        ("", 200, DATA),
        ("bytes=" + "9" * 5000 + "-", 200, DATA),
    ],
)
def test_ranges(settings: Settings, byte_range: str | None, status: int, data: bytes) -> None:
    async def use(storage: Storage) -> None:
        key = f"test/{uuid4()}"
        await storage.put(key, DATA, "text/plain")
        assert await read(storage, key, byte_range) == (status, data)

    with_storage(settings, use)


@pytest.mark.parametrize("key", ["test/nobody-stored-this", "test/" + "x" * 2000, "test/\U0001f9f1 ä"])
def test_what_is_not_there(settings: Settings, key: str) -> None:
    async def use(storage: Storage) -> None:
        with pytest.raises(NotFound):
            await storage.open(key)

    with_storage(settings, use)


def test_deleting_many_of_which_some_are_gone(settings: Settings, objects: Objects) -> None:
    folder = f"test/{uuid4()}/"

    async def use(storage: Storage) -> None:
        first, last = f"{folder}first", f"{folder}last"
        for key in (first, last):
            await storage.put(key, b"x", "text/plain")
        await storage.delete([first, *(f"{folder}{n}" for n in range(DELETE_BATCH)), last])
        await storage.delete([first])
        await storage.delete([])

    with_storage(settings, use)
    assert objects.keys(folder) == set()


def test_the_first_users_come_all_at_once(settings: Settings, objects: Objects) -> None:
    folder = f"test/{uuid4()}/"

    async def use(storage: Storage) -> None:
        await asyncio.gather(*(storage.put(f"{folder}{n}", b"x", "text/plain") for n in range(8)))
        await asyncio.gather(*(storage.ping() for _ in range(8)))

    with_storage(settings, use)
    assert len(objects.keys(folder)) == 8


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("plan.pdf", "attachment; filename=\"plan.pdf\"; filename*=UTF-8''plan.pdf"),
        ('a "b"\\.pdf', "attachment; filename=\"a _b__.pdf\"; filename*=UTF-8''a%20%22b%22%5C.pdf"),
        (
            "5 $ ${filename}.pdf",
            "attachment; filename=\"5 _ _{filename}.pdf\"; filename*=UTF-8''5%20%24%20%24%7Bfilename%7D.pdf",
        ),
        ("Bäume.pdf", "attachment; filename=\"B?ume.pdf\"; filename*=UTF-8''B%C3%A4ume.pdf"),
    ],
)
def test_the_name_to_save_under(filename: str, header: str) -> None:
    assert attachment(filename) == header


def test_a_copy_is_shown_as_it_is_told_and_encrypted(settings: Settings, objects: Objects) -> None:
    source, key = f"test/{uuid4()} ä+%20", f"test/{uuid4()}"
    objects.s3.put_object(
        Bucket=objects.bucket, Key=source, Body=DATA, ContentType="text/html", Metadata={"a": "b"}, CacheControl="no"
    )
    etag = objects.get(source)["ETag"]
    with_storage(settings, lambda storage: storage.copy(source, key, "text/csv", etag=etag, save_as="a.csv"))
    copy = objects.get(key)
    assert (copy["Body"].read(), copy["ContentType"], copy["Metadata"]) == (DATA, "text/csv", {})
    assert (copy["ContentDisposition"], copy["CacheControl"]) == (attachment("a.csv"), CACHE_CONTROL)
    assert copy["ServerSideEncryption"] == "AES256"


def test_only_what_has_the_etag_is_copied(settings: Settings, objects: Objects) -> None:
    """Nor what is not there. S3 refuses it, and the stand-in for S3 is checked."""
    source, key = f"test/{uuid4()}", f"test/{uuid4()}"
    asked: list[bytes] = []

    def overhear(data: bytes) -> Verdict:
        asked.append(data)
        return Verdict.PASS

    async def use(storage: Storage) -> None:
        await storage.put(source, DATA, "text/plain")
        etag = (await storage.open(source)).headers["etag"]
        await storage.put(source, b"another", "text/plain")
        for missing in (source, f"{source}-gone"):
            with pytest.raises(NotFound):
                await storage.copy(missing, key, "text/plain", etag=etag)
        headers = dict(line.split(b": ", 1) for data in asked for line in data.split(b"\r\n") if b": " in line)
        assert headers[b"x-amz-copy-source-if-match"].decode() == etag

    with Proxy(str(settings.s3_endpoint_url)) as way:
        way.rule = overhear
        with_storage(settings.model_copy(update={"s3_endpoint_url": way.url}), use)
