"""Exports that are too large for an answer, or would be for anybody; and lists that change while they are exported."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from lego_api.config import Settings
from tests.faults.databases import assert_unavailable
from tests.mocs.builders import new_moc
from tests.parts_lists.builders import csv_of, lists_path, moc_with_list, upload, uploaded
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.faults import Proxy, serving
from tests.support.maintenance import hours_pass, run_maintenance
from tests.support.objects import Objects
from tests.support.own_database import temporary_database
from tests.support.refusals import refusal
from tests.support.verdicts import Verdict, announcing, only

SMALL = 1000  # bytes that are answered
MOST = 2**31 - 1


@pytest.fixture(scope="module")
def own_database(settings: Settings) -> Iterator[Database]:
    with temporary_database(settings) as database:
        yield database


@pytest.fixture(scope="module")
def own_settings(settings: Settings, own_database: Database) -> Settings:
    changes = {"database_url": own_database.settings_url, "redis_url": None, "inline_export_bytes": SMALL}
    return settings.model_copy(update=changes)


@pytest.fixture(params=["http", "lambda"])
def terse(request: pytest.FixtureRequest, own_settings: Settings) -> Iterator[Api]:
    """An application that answers little."""
    with serving(own_settings, request.param) as api:
        yield api


def test_a_large_export_is_fetched_from_the_storage(
    terse: Api, own_settings: Settings, own_database: Database, objects: Objects
) -> None:
    user = terse.user()
    moc, parts_list = moc_with_list(user, content=csv_of(*range(1, 1501)))
    user.put(lists_path(moc, parts_list["id"]), json={"title": "Schloß 🏰"})
    answer = user.get(lists_path(moc, parts_list["id"], "export"))
    assert answer.status_code == 302, answer.text
    assert (answer.content, answer.headers["cache-control"]) == (b"", "no-store")
    assert answer.headers["x-pieces-left-out"] == "0"
    fetched = httpx.get(answer.headers["location"])
    assert fetched.status_code == 200
    assert fetched.headers["content-type"] == "text/csv; charset=utf-8"
    assert fetched.headers["content-disposition"].endswith("filename*=UTF-8''Schlo%C3%9F%20%F0%9F%8F%B0.csv")
    again = uploaded(user, new_moc(user), "again.csv", fetched.content)
    assert again["parsing"]["totalPieceCount"] == sum(range(1, 1501))

    (key,) = objects.keys(f"exports/{user.id}/")
    assert user.get(f"/uploads/{key}").status_code == 404, "only the signed URL shows it"
    assert run_maintenance(own_settings) == 0, "the URL still works"
    hours_pass(own_database)
    run_maintenance(own_settings)
    assert objects.keys(f"exports/{user.id}/") == set()


def test_as_much_as_is_answered(terse: Api, objects: Objects) -> None:
    user = terse.user()
    moc, parts_list = moc_with_list(user)
    answer = user.get(lists_path(moc, parts_list["id"], "export"))
    assert (answer.status_code, len(answer.content) < SMALL) == (200, True)
    assert objects.keys(f"exports/{user.id}/") == set()


def test_more_lines_than_anybody_can_use(terse: Api, objects: Objects) -> None:
    """Of 999 pieces each, from a short list of very many. Nobody waits until it is written to the end."""
    user = terse.user()
    elements = "".join(f"60161{number},{MOST}\n" for number in range(10, 20))
    moc, parts_list = moc_with_list(user, "elements.csv", f"elementId,quantity\n{elements}".encode())
    path = lists_path(moc, parts_list["id"], "export")
    answer = user.get(path, params={"format": "pick-a-brick-csv"})
    assert refusal(answer) == (409, "CONFLICT", "The file would have more than 2,000,000 lines")
    assert user.get(path).status_code == 200
    assert objects.keys(f"exports/{user.id}/") == set()


def test_a_storage_that_is_away(own_settings: Settings, own_database: Database, objects: Objects) -> None:
    with (
        Proxy(str(own_settings.s3_endpoint_url)) as way,
        serving(own_settings, s3_endpoint_url=way.url, storage_timeout=0.5) as api,
    ):
        user = api.user()
        moc, long = moc_with_list(user, content=csv_of(*range(1, 200)))
        short = uploaded(user, moc, "short.csv")["partsList"]
        with way.refusing():
            assert_unavailable(user.get(lists_path(moc, long["id"], "export")))
            assert user.get(lists_path(moc, short["id"], "export")).status_code == 200
    hours_pass(own_database)
    run_maintenance(own_settings)
    assert objects.keys(f"exports/{user.id}/") == set()


def test_an_export_is_of_one_moment(settings: Settings) -> None:
    """A list that is replaced while it is read is exported as it was."""
    with (
        Proxy(settings.database_url) as way,
        serving(settings, "lambda", database_url=way.url) as reader,
        serving(settings) as writer,
        ThreadPoolExecutor() as threads,
    ):
        user = reader.user()
        moc, parts_list = moc_with_list(user, content=csv_of(*[1] * 6000))
        # It hangs before it asks for the second of its batches.
        way.rule, reading = announcing(only(1, b"FROM moc_parts \nWHERE", Verdict.HANG))
        exporting = threads.submit(user.get, lists_path(moc, parts_list["id"], "export"))
        assert reading.wait(60)
        assert upload(writer.user(user.id), moc, content=csv_of(*[2] * 6000)).status_code == 201
        way.recover()
        rows = exporting.result(60).text.splitlines()[1:]
        assert {row.split(",")[2] for row in rows} == {"1"}
        assert len(rows) == 6000
        rows = user.get(lists_path(moc, parts_list["id"], "export")).text.splitlines()[1:]
        assert {row.split(",")[2] for row in rows} == {"2"}
