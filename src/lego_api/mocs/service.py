"""MOCs and sets: found and shown to everybody, written by their owners."""

from uuid import UUID

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import EVERYONES_MOCS, moc_scope, own_mocs_scope, showing_moc
from lego_api.db import UnitOfWork
from lego_api.fields import invalid_field
from lego_api.mocs import statistics
from lego_api.mocs.fields import MocSort, MocType
from lego_api.mocs.gallery_links.service import link_own_images
from lego_api.mocs.presenter import MocPresenter
from lego_api.mocs.repository import MocRepository
from lego_api.mocs.schemas import (
    CategoryStatistics,
    FoundMocs,
    MocCreate,
    MocDetail,
    MocPage,
    MocRetrieved,
    MocUpdate,
    MocWithImages,
    UploadStatistics,
)
from lego_api.mocs.searching import MocSearch
from lego_api.models import Moc
from lego_api.resources import Resources
from lego_api.rows import MocOut
from lego_api.schemas import web_address
from lego_api.search_index import MOCS, Results

MAY_NOT_EDIT = "Forbidden: You do not have permission to edit this MOC"
MAY_NOT_DELETE = "Forbidden: You do not have permission to delete this MOC"


class PublicMocs:
    """What anybody may read. Answers are JSON bytes: those that are cached are those that are sent."""

    def __init__(self, work: UnitOfWork, resources: Resources) -> None:
        self._mocs = MocRepository(work.session, None)
        self._search = MocSearch(self._mocs, resources)
        self._cache = resources.cache
        self._present = MocPresenter(resources.storage)

    async def get(self, id: str) -> bytes:
        """A MOC with its files, images and parts lists. Raises `NotFound`."""
        moc_id = self._mocs.parse_id(id)
        return await self._cache.get_json(moc_scope(moc_id), ["detail"], lambda: self._detail(moc_id))

    async def search(self, query: str, tag: str | None, offset: int, size: int) -> bytes:
        """By relevance with a query, else the newest first."""

        async def present(found: Results[Moc]) -> FoundMocs:
            pictures = await self._mocs.pictures([moc.id for moc in found.rows])
            return FoundMocs(
                mocs=[
                    self._present.moc_as(MocWithImages, moc, images=self._present.images(pictures[moc.id]))
                    for moc in found.rows
                ],
                total=found.total,
                source=found.source,
                message=f"Found {found.total} MOCs in {found.source}",
            )

        return await self._search.page(
            present, scope=EVERYONES_MOCS, owner=None, text=query, tag=tag, offset=offset, limit=size
        )

    async def _detail(self, id: UUID) -> MocRetrieved:
        moc = await self._mocs.get_visible(id)
        files = await self._mocs.files(moc.id)
        detail = self._present.moc_as(
            MocDetail,
            moc,
            files=files,
            images=self._present.images(files),
            parts_lists=await self._mocs.parts_lists(moc.id),
        )
        return MocRetrieved(status=200, message="MOC retrieved successfully", data=detail)


class MocService:
    """What a signed-in user does with MOCs."""

    def __init__(self, work: UnitOfWork, caller: Caller, resources: Resources) -> None:
        self._work = work
        self._caller = caller
        self._mocs = MocRepository(work.session, caller.user_id)
        self._cache = resources.cache
        self._storage = resources.storage
        self._outbox = resources.outbox
        self._index = resources.search_index
        self._search = MocSearch(self._mocs, resources)
        self._present = MocPresenter(resources.storage)
        self._scope = own_mocs_scope(caller.user_id)

    async def page(
        self,
        query: str,
        tag: str | None,
        type_: MocType | None,
        theme: str | None,
        sort: MocSort,
        page: int,
        limit: int,
    ) -> bytes:
        """The caller's own MOCs."""

        async def present(found: Results[Moc]) -> MocPage:
            data = [self._present.moc(moc) for moc in found.rows]
            return MocPage(data=data, total=found.total, page=page, limit=limit)

        return await self._search.page(
            present,
            scope=self._scope,
            owner=self._caller.user_id,
            text=query,
            tag=tag,
            type_=type_,
            theme=theme,
            sort=sort,
            offset=(page - 1) * limit,
            limit=limit,
        )

    async def create(self, data: MocCreate) -> MocOut:
        columns = data.new_columns()
        if columns.get("thumbnail_url"):
            columns["thumbnail_url"] = await self._thumbnail_reference(columns["thumbnail_url"], None)
        moc = await self._mocs.add(Moc(**columns))
        await link_own_images(self._work, self._caller, moc, data.gallery_image_ids)
        self._changed(moc)
        return self._present.moc(moc)

    async def editable(self, id: str) -> Moc:
        """A MOC to change, locked. Raises `NotFound` and `Forbidden`."""
        return await self._mocs.get_editable(id, MAY_NOT_EDIT, is_admin=self._caller.is_admin)

    async def update(self, moc: Moc, data: MocUpdate) -> MocOut:
        changes = data.columns(moc.type)
        if changes.get("thumbnail_url"):
            changes["thumbnail_url"] = await self._thumbnail_reference(changes["thumbnail_url"], moc)
        await self._mocs.update(moc, changes)
        self._changed(moc)
        return self._present.moc(moc)

    async def delete(self, id: str) -> MocOut:
        """Its files in storage go, too."""
        moc = await self._mocs.get_editable(id, MAY_NOT_DELETE, is_admin=self._caller.is_admin)
        deleted = self._present.moc(moc)
        files = await self._mocs.files(moc.id)
        keys = [file.file_url for file in files if self._storage.is_key(file.file_url)]
        await self._mocs.delete(moc)
        self._outbox.delete_objects(self._work, keys)
        self._changed(moc)
        return deleted

    async def by_category(self) -> bytes:
        async def load() -> CategoryStatistics:
            data = await statistics.by_category(self._work.session, self._caller.user_id)
            return CategoryStatistics(data=data, total=sum(category.count for category in data))

        return await self._cache.get_json(self._scope, ["by-category"], load)

    async def uploads_over_time(self) -> bytes:
        async def load() -> UploadStatistics:
            return UploadStatistics(data=await statistics.by_month(self._work.session, self._caller.user_id))

        return await self._cache.get_json(self._scope, ["uploads-over-time"], load)

    async def _thumbnail_reference(self, url: str, moc: Moc | None) -> str:
        """What is stored for a thumbnail: one of the MOC's own files, or an address elsewhere."""
        files = await self._mocs.files(moc.id) if moc else ()
        own = {moc.thumbnail_url, *(file.file_url for file in files)} if moc else set()
        for reference in (url, self._storage.key(url)):
            if reference and reference in own:
                return reference
        try:
            return web_address(url)
        except ValueError as error:
            raise invalid_field("thumbnailUrl", f"{error}, or the URL of one of the MOC's files") from None

    def _changed(self, moc: Moc) -> None:
        self._index.changed(self._work, MOCS, [moc.id])
        scopes = showing_moc(moc.id, moc.user_id)
        self._work.after_commit(lambda: self._cache.forget(*scopes))
