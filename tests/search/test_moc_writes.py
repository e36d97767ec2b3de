"""After every kind of write to MOCs, the index answers what is true by then."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from lego_api.config import Settings
from tests.mocs.builders import Json, detail, moc_with_files, new_moc
from tests.mocs.direct_upload_builders import PLAN, begin, finalized, send
from tests.search import asking
from tests.support.clients import Api, User
from tests.support.database import Database
from tests.support.maintenance import maintain

Write = Callable[[User, Json], object]


def found(user: User, text: str, **query: Any) -> list[str]:
    """What everybody finds, which is also what the owner finds among their own; in OpenSearch."""
    everybodys = asking.MOCS.ask(user, text, **query)
    assert everybodys.source == "opensearch"
    assert everybodys.total == len(everybodys.rows)
    assert asking.OWN_MOCS.ask(user, text, **query).ids == everybodys.ids
    return everybodys.ids


def word() -> str:
    """One that nothing else has."""
    return f"w{uuid4().hex}"


class Change(NamedTuple):
    """A write to a MOC with title `old`, tag and theme, and whether it is found by each afterwards."""

    write: Write
    by_old: bool
    by_new: bool
    by_tag: bool = True


def patch(**fields: object) -> Write:
    return lambda user, moc: user.patch(f"/api/mocs/{moc['id']}", json=fields).raise_for_status()


def put(**fields: object) -> Write:
    return lambda user, moc: user.put(f"/api/mocs/{moc['id']}", json=fields).raise_for_status()


def admins(write: Write, api: Api) -> Write:
    return lambda _user, moc: write(api.admin(), moc)


OLD, NEW, TAG = "oldcastle", "newcastle", "stonewall"
CHANGES = {
    "the title changes": Change(patch(title=NEW), False, True),
    "by PUT": Change(put(title=NEW), False, True),
    "a description comes": Change(patch(description=f"Of {NEW}"), True, True),
    "tags change": Change(patch(tags=[NEW]), True, True, by_tag=False),
    "tags go": Change(patch(tags=None), True, False, by_tag=False),
    "a theme comes": Change(patch(theme=NEW), True, True),
    "nothing changes": Change(patch(), True, False),
    "what is not searched changes": Change(patch(author=NEW, partsCount=3), True, False),
    "it is deleted": Change(lambda u, m: u.delete(f"/api/mocs/{m['id']}").raise_for_status(), False, False, False),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("by_admin", [False, True], ids=["owner", "admin"])
def test_a_change(indexed: Api, change: Change, by_admin: bool) -> None:
    user, mark = indexed.user(), word()
    moc = new_moc(user, title=f"{OLD} {mark}", tags=[TAG])
    assert found(user, f"{OLD} {mark}") == found(user, mark, tag=TAG) == [moc["id"]]
    write = admins(change.write, indexed) if by_admin else change.write
    write(user, moc)
    own = {text: asking.OWN_MOCS.ask(user, text) for text in (OLD, NEW)}
    assert own[OLD].ids == ([moc["id"]] if change.by_old else [])
    assert own[NEW].ids == ([moc["id"]] if change.by_new else [])
    assert asking.OWN_MOCS.ask(user, OLD, tag=TAG).ids == ([moc["id"]] if change.by_old and change.by_tag else [])
    everybodys = asking.MOCS.ask(user, f"{OLD} {mark}")
    assert everybodys.source == "opensearch"
    assert everybodys.ids == ([moc["id"]] if change.by_old else [])


def test_a_new_one_with_files(indexed: Api) -> None:
    user, mark = indexed.user(), word()
    moc = moc_with_files(user, ("title", mark), ("theme", "Castle"), ("tags", '["stone"]'))
    assert found(user, mark) == found(user, mark, tag="stone") == [moc["id"]]
    assert asking.OWN_MOCS.ask(user, mark, theme="Castle").ids == [moc["id"]]


def test_a_new_set_by_its_number(indexed: Api) -> None:
    user = indexed.user()
    number = str(uuid4().int)[:12]
    moc = new_moc(user, title="Galaxy", type="set", brand="LEGO", theme="Space", setNumber=f"{number}-1")
    assert found(user, number) == found(user, f"{number}-1") == [moc["id"]]
    assert asking.OWN_MOCS.ask(user, number, type="set").ids == [moc["id"]]
    assert asking.OWN_MOCS.ask(user, number, type="moc").ids == []


def test_a_direct_upload_from_its_beginning(indexed: Api) -> None:
    user, mark = indexed.user(), word()
    moc_id, permissions = begin(user, PLAN, title=mark, tags=["stone"])
    assert found(user, mark) == found(user, mark, tag="stone") == [moc_id]
    send(permissions[0], PLAN.content)
    finalized(user, moc_id, *permissions)
    assert found(user, mark) == [moc_id]
    assert asking.MOCS.ask(user, mark).rows[0]["updatedAt"] == detail(user, {"id": moc_id})["updatedAt"]


def test_one_that_is_begun_anew_takes_the_place_of_the_first(indexed: Api) -> None:
    user, mark = indexed.user(), word()
    begin(user, PLAN, title=mark)
    second, _ = begin(user, PLAN, title=mark)
    assert found(user, mark) == [second]


def test_one_that_is_never_finalized(indexed: Api, indexed_settings: Settings, module_database: Database) -> None:
    user, mark = indexed.user(), word()
    moc_id, _ = begin(user, PLAN, title=mark)
    module_database.fetch(
        "UPDATE pending_uploads SET expires_at = now() at time zone 'UTC' - interval '61 minutes' WHERE moc_id = $1",
        moc_id,
    )
    assert maintain(indexed_settings).expired >= 1
    assert found(user, mark) == []


def test_a_write_that_is_refused_changes_nothing(indexed: Api) -> None:
    user, mark = indexed.user(), word()
    moc = new_moc(user, title=mark)
    other = new_moc(user, title=f"{mark} too")
    assert user.patch(f"/api/mocs/{moc['id']}", json={"title": other["title"]}).status_code == 409
    assert indexed.user().patch(f"/api/mocs/{moc['id']}", json={"title": word()}).status_code == 403
    assert sorted(found(user, mark)) == sorted([moc["id"], other["id"]])
    assert found(user, "too") == [other["id"]]
