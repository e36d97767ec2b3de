"""An index is built anew while something happens between any two of its requests: rows are written, or it dies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from lego_api.config import Settings
from lego_api.errors import SearchUnavailable
from lego_api.resources import Resources
from lego_api.search_index import KINDS, MOCS, rebuilding
from tests.support.clients import Api
from tests.support.database import Database, run
from tests.support.faults import Proxy, serving
from tests.support.maintenance import maintain
from tests.support.reindexing import indices, insert_rows
from tests.support.search_documents import assert_index_is_database
from tests.support.search_server import delete_indices
from tests.support.verdicts import Verdict

pytestmark = pytest.mark.large

ROWS_AT_ONCE = 5
ROWS = 12
REQUESTS = tuple(f"{method} /".encode() for method in ("GET", "POST", "PUT", "DELETE"))


@dataclass
class Happening:
    """Something that happens before, or to, the request of one number; and how many requests there were."""

    position: int
    happen: Callable[[], Verdict]
    seen: int = field(default=0, init=False)

    def __call__(self, data: bytes) -> Verdict:
        if not data.startswith(REQUESTS):
            return Verdict.PASS
        self.seen += 1
        return self.happen() if self.seen - 1 == self.position else Verdict.PASS


@pytest.fixture(autouse=True)
def _in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "ROWS", ROWS_AT_ONCE)


@pytest.fixture
def way(own_search_settings: Settings) -> Iterator[Proxy]:
    """To OpenSearch, for whoever builds; the application goes another one."""
    with Proxy(str(own_search_settings.opensearch_url)) as way:
        yield way


@pytest.fixture
def api(own_search_settings: Settings) -> Iterator[Api]:
    with serving(own_search_settings) as api:
        yield api


def rebuild(settings: Settings) -> None:
    async def build() -> None:
        resources = Resources(settings)
        try:
            await resources.rebuilding.rebuild(MOCS)
        finally:
            await resources.aclose()

    run(build())


def test_rows_are_written_at_any_moment(
    own_search_settings: Settings, own_database: Database, way: Proxy, api: Api
) -> None:
    """And what was there all the time is found all the time."""
    insert_rows(own_database, ROWS)
    assert maintain(own_search_settings).built == len(KINDS)
    through_proxy = own_search_settings.model_copy(update={"opensearch_url": way.url})
    user, anybody = api.user(), api.client()

    def new_moc() -> str:
        answer = user.post("/api/mocs", json={"title": f"Tower {uuid4()}"}).raise_for_status()
        return str(answer.json()["moc"]["id"])

    position, seen = 0, 1
    while position < seen:
        changed, deleted = new_moc(), new_moc()
        sources: list[str] = []

        def write(changed: str = changed, deleted: str = deleted, sources: list[str] = sources) -> Verdict:
            new_moc()
            user.patch(f"/api/mocs/{changed}", json={"title": f"Bridge {uuid4()}"}).raise_for_status()
            user.delete(f"/api/mocs/{deleted}").raise_for_status()
            answer = anybody.get("/api/mocs/search", params={"q": "castle"}).raise_for_status().json()
            sources.extend([answer["source"]] * (answer["total"] == ROWS))
            return Verdict.PASS

        way.rule = happening = Happening(position, write)
        rebuild(through_proxy)
        assert sources == ["opensearch"], f"before request {position}"
        assert_index_is_database(own_search_settings)
        position, seen = position + 1, happening.seen
    assert position > 15, "each was one of many"


@pytest.mark.parametrize("verdict", [Verdict.CUT, Verdict.LOSE_ANSWER], ids=lambda verdict: verdict.value)
@pytest.mark.parametrize("first", [True, False], ids=["the first index", "a new index"])
def test_it_dies_at_any_moment(
    own_search_settings: Settings, own_database: Database, way: Proxy, api: Api, first: bool, verdict: Verdict
) -> None:
    """From a request on, nobody answers. The next one goes on; where there was no index, that is the maintenance."""
    insert_rows(own_database, ROWS)
    through_proxy = own_search_settings.model_copy(update={"opensearch_url": way.url})
    user = api.user()
    if not first:
        maintain(own_search_settings)
    position, ended = 0, False
    while not ended:
        if first:
            delete_indices(str(own_search_settings.opensearch_url), own_search_settings.opensearch_index_prefix)
        moc = user.post("/api/mocs", json={"title": f"Tower {uuid4()}"}).raise_for_status().json()["moc"]["id"]

        way.rule = from_request(position, verdict)
        try:
            rebuild(through_proxy)
            ended = True
        except SearchUnavailable:
            user.patch(f"/api/mocs/{moc}", json={"title": f"Bridge {uuid4()}"}).raise_for_status()
        way.recover()

        if first:
            assert maintain(own_search_settings).built <= len(KINDS)
        else:
            rebuild(own_search_settings)
            maintain(own_search_settings)
        assert_index_is_database(own_search_settings)
        for name, aliases in indices(own_search_settings).items():
            assert aliases == {name.rpartition("-")[0]}, f"{name} is done, after request {position}"
        assert len(indices(own_search_settings)) == len(KINDS)
        position += 1
    assert position > 12, "each was one of many"


def from_request(position: int, verdict: Verdict) -> Callable[[bytes], Verdict]:
    seen = -1

    def judge(data: bytes) -> Verdict:
        nonlocal seen
        seen += data.startswith(REQUESTS)
        return verdict if seen >= position else Verdict.PASS

    return judge
