"""A parts list that has been sent to the bucket directly: its events, and `finalize`, in any order."""

from lego_api.config import Settings
from lego_api.parts_lists.importing import PartsListImports
from lego_api.resources import Resources
from tests.mocs.direct_upload_builders import PLAN, File, begin, finalized, key_of, objects_of, send
from tests.support.clients import User
from tests.support.database import run
from tests.support.events import DONE, Function, Json, s3_event
from tests.support.objects import Objects

ORDERS = {
    "event first": ("event", "finalize"),
    "finalize first": ("finalize", "event"),
    "event twice": ("event", "event", "finalize", "event"),
    "finalize twice": ("finalize", "finalize", "event", "finalize"),
}


class Sent:
    """Of a MOC that has nothing else. Not finalized yet."""

    def __init__(self, user: User, function: Function, objects: Objects, file: File, content: bytes | None = None):
        self._user, self._function, self._objects = user, function, objects
        self.moc_id, (_, self.permission) = begin(user, PLAN, file)
        send(self.permission, file.content if content is None else content)

    def take(self, order: str) -> None:
        """What `ORDERS` says, one after the other."""
        for step in ORDERS[order]:
            getattr(self, step)()

    def event(self) -> None:
        """Of what was sent, and of all that has been stored for the MOC since."""
        for key in [key_of(self.permission), *objects_of(self._objects, self.moc_id)]:
            assert self._function.invoke(s3_event(self._objects.bucket, key)) == DONE

    def finalize(self) -> Json:
        return finalized(self._user, self.moc_id, self.permission)

    def lists(self) -> list[Json]:
        answer = self._user.get(f"/api/mocs/{self.moc_id}/parts-lists")
        lists: list[Json] = answer.json()["data"]
        return lists

    def outcome(self) -> list[tuple[str, str | None]]:
        return [(parts_list["status"], parts_list["totalPartsCount"]) for parts_list in self.lists()]


def read_stored(settings: Settings, objects: Objects, moc_id: str) -> None:
    """What the events of all that is stored for a MOC do."""

    async def read() -> None:
        resources = Resources(settings)
        try:
            for key in objects_of(objects, moc_id):
                await PartsListImports(resources).import_object(key)
        finally:
            await resources.aclose()

    run(read())
