"""What the event of a stored file makes of its list: the parts, or the reasons why not, and never something between."""

from collections.abc import Iterator

import pytest

from lego_api.config import Settings
from tests.support.database import Database
from tests.support.events import DONE, Function, import_function, s3_event
from tests.support.objects import Objects
from tests.support.pictures import PDF
from tests.support.waiting_lists import (
    Waiting,
    house_csv,
    list_row,
    new_moc,
    part_rows,
    pieces_of_moc,
    stored,
    stored_again,
    waiting_list,
)

ROWS, BYTES = 50, 4000  # the most that is read here


@pytest.fixture(scope="module")
def function(settings: Settings) -> Iterator[Function]:
    limits = {"max_parts_list_rows": ROWS, "max_parts_list_bytes": BYTES}
    with import_function(settings.model_copy(update=limits)) as function:
        yield function


class World:
    def __init__(self, function: Function, database: Database, objects: Objects) -> None:
        self.function, self.database, self.objects = function, database, objects

    def told(self, waiting: Waiting) -> None:
        """The event of the list's file comes."""
        assert self.function.invoke(s3_event(self.objects.bucket, waiting.key)) == DONE

    def read(self, content: bytes, filename: str = "parts.csv", *, moc_id: str | None = None) -> Waiting:
        waiting = stored(self.objects, waiting_list(self.database, filename, moc_id=moc_id), content)
        self.told(waiting)
        return waiting

    def row(self, waiting: Waiting, *columns: str) -> list[object]:
        row = list_row(self.database, waiting)
        return [row[column] for column in columns]

    def codes(self, waiting: Waiting) -> list[str]:
        return [problem["code"] for problem in list_row(self.database, waiting)["problems"]]

    def pieces(self, waiting: Waiting) -> int | None:
        return pieces_of_moc(self.database, waiting.moc_id)

    def parts(self, waiting: Waiting) -> list[int]:
        return [part["quantity"] for part in part_rows(self.database, waiting)]


@pytest.fixture
def world(function: Function, database: Database, objects: Objects) -> World:
    return World(function, database, objects)


def test_a_moc_has_the_pieces_of_all_its_lists(world: World) -> None:
    first = world.read(house_csv(4, 2))
    world.read(house_csv(10), "more.csv", moc_id=first.moc_id)
    assert world.pieces(first) == 16
    world.read(b"Part ID,Quantity\n3001,none\n", "bad.csv", moc_id=first.moc_id)
    assert world.pieces(first) == 16


def test_a_file_that_takes_the_place_of_another_is_read_anew(world: World) -> None:
    waiting = world.read(house_csv(4, 2, 1))
    again = stored(world.objects, stored_again(world.database, waiting), house_csv(9))
    world.told(again)
    assert world.parts(again) == [9]
    assert world.pieces(again) == 9
    assert world.row(again, "description") == ["Parsed CSV parts list with 9 total pieces"]
    world.told(waiting)  # late, of an object that no row knows any more
    assert world.parts(again) == [9]


def test_a_file_that_cannot_be_read_takes_the_parts_of_the_one_before_with_it(world: World) -> None:
    """They were of another file: nothing of the list is to say something about parts that its file does not have."""
    waiting = world.read(house_csv(4, 2))
    bad = stored(world.objects, stored_again(world.database, waiting), b"Part ID,Quantity\n3001,-1\n3002,x\n")
    world.told(bad)
    assert world.codes(bad) == ["VALIDATION_ERROR"] * 2
    assert world.row(bad, "status", "format", "total_parts_count", "unique_parts_count", "spare_parts_count") == [
        *("failed", None, None, None, None)
    ]
    assert world.row(bad, "description") == [None]
    assert world.parts(bad) == []
    assert world.pieces(bad) is None

    good = stored(world.objects, stored_again(world.database, bad), house_csv(3))
    world.told(good)
    assert world.row(good, "status", "problems", "total_parts_count") == ["ready", None, "3"]
    assert world.pieces(good) == 3


def test_an_object_that_is_stored_anew_under_its_key_is_read_anew(world: World) -> None:
    waiting = world.read(house_csv(4, 2))
    world.told(stored(world.objects, waiting, house_csv(1)))
    assert world.parts(waiting) == [1]
    world.told(stored(world.objects, waiting, b"\x89PNG\r\n\x1a\n"))
    assert world.codes(waiting) == ["INVALID_FILE_TYPE"]
    world.told(stored(world.objects, waiting, house_csv(4, 2)))
    assert world.parts(waiting) == [4, 2]


def test_what_the_builder_has_written_stays(world: World) -> None:
    waiting = waiting_list(world.database)
    world.database.fetch(
        "UPDATE moc_parts_lists SET description = 'For my sister', notes = 'n', built = true, actual_cost = '3.50',"
        " acquired_parts_count = '2' WHERE id = $1::text::uuid",
        waiting.list_id,
    )
    world.told(stored(world.objects, waiting, house_csv(4)))
    kept = ["For my sister", "n", True, "3.50", "2"]
    columns = ("description", "notes", "built", "actual_cost", "acquired_parts_count")
    assert world.row(waiting, *columns) == kept
    world.told(stored(world.objects, waiting, b"Part ID,Quantity\n"))
    assert world.row(waiting, "status", *columns) == ["failed", *kept]


def test_too_many_rows(world: World) -> None:
    assert world.parts(world.read(house_csv(*[1] * ROWS))) == [1] * ROWS
    refused = world.read(house_csv(*[1] * (ROWS + 1)))
    assert world.codes(refused) == ["TOO_MANY_ROWS"]
    assert world.parts(refused) == []


def test_too_many_bytes(world: World) -> None:
    filled = house_csv(1).ljust(BYTES, b"\n")
    assert world.row(world.read(filled), "status") == ["ready"]
    refused = world.read(filled + b"\n")
    assert world.codes(refused) == ["FILE_TOO_LARGE"]
    assert f"{BYTES:,}" in list_row(world.database, refused)["problems"][0]["message"]
    far_too_large = world.read(b"3001,1\n" * 200_000)
    assert world.codes(far_too_large) == ["FILE_TOO_LARGE"]


def test_at_most_a_hundred_reasons(world: World) -> None:
    waiting = world.read(b"Part ID,Quantity\n" + b"3001,x\n" * 150)
    assert [problem["line"] for problem in list_row(world.database, waiting)["problems"]] == list(range(2, 102))


def test_the_largest_numbers(world: World) -> None:
    most = 2**31 - 1
    waiting = world.read(house_csv(most, most))
    assert world.row(waiting, "total_parts_count") == [str(2 * most)]
    assert world.pieces(waiting) == most, "all that the column can hold"


def test_a_list_that_was_deleted_does_not_come_back(world: World) -> None:
    waiting = world.read(house_csv(4))
    world.database.fetch("DELETE FROM moc_parts_lists WHERE id = $1::text::uuid", waiting.list_id)
    world.told(waiting)
    world.told(stored(world.objects, waiting, house_csv(5)))
    assert world.database.count("moc_parts_lists", "moc_id = $1::text::uuid", waiting.moc_id) == 0


def test_an_object_that_is_gone_before_it_was_read(world: World) -> None:
    waiting = waiting_list(world.database)
    world.told(waiting)
    assert world.codes(waiting) == ["FILE_NOT_FOUND"]
    world.told(stored(world.objects, waiting, house_csv(4)))
    assert world.row(waiting, "status") == ["ready"], "it was only late"


def test_an_object_that_is_gone_after_it_was_read(world: World) -> None:
    waiting = world.read(house_csv(4))
    world.objects.s3.delete_object(Bucket=world.objects.bucket, Key=waiting.key)
    world.told(waiting)
    assert world.row(waiting, "status", "total_parts_count") == ["ready", "4"]


def test_what_is_kept_as_something_else_is_left_alone(world: World) -> None:
    waiting = stored(world.objects, waiting_list(world.database, "plan.pdf"), PDF)
    world.database.fetch("UPDATE moc_files SET file_type = 'instruction' WHERE file_url = $1", waiting.key)
    world.told(waiting)
    assert world.row(waiting, "status") == ["processing"]


def test_the_key_of_another_moc_is_nobodys(world: World) -> None:
    waiting = waiting_list(world.database)
    key = waiting.key.replace(waiting.moc_id, new_moc(world.database))
    world.objects.s3.put_object(Bucket=world.objects.bucket, Key=key, Body=house_csv(1))
    assert world.function.invoke(s3_event(world.objects.bucket, key)) == DONE
    assert world.row(waiting, "status") == ["processing"]


def test_a_mocs_page_shows_the_new_parts_at_once(settings: Settings, world: World) -> None:
    """The function tells the cache that all ways in share."""
    from tests.support.clients import Api, LambdaGateway

    with LambdaGateway(settings) as gateway:
        reader = Api(settings, "https://api.example.com", gateway).client()
        waiting = stored(world.objects, waiting_list(world.database), house_csv(4))
        path = f"/api/mocs/{waiting.moc_id}"
        assert reader.get(path).json()["data"]["totalPieceCount"] is None
        world.told(waiting)
        assert reader.get(path).json()["data"]["totalPieceCount"] == 4
