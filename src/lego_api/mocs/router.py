"""MOCs and sets. The routes that anybody may call stand in `public`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from lego_api.mocs.fields import SortBy, TypeFilter
from lego_api.mocs.schemas import (
    CategoryStatistics,
    FoundMocs,
    MocCreate,
    MocPage,
    MocRetrieved,
    MocSaved,
    MocUpdate,
    UploadStatistics,
)
from lego_api.mocs.service import MocService, PublicMocs
from lego_api.models import Moc
from lego_api.web.dependencies import Offset, PageNumber, PageSize, ResourcesDep, SignedIn, Work, json_response

router = APIRouter(prefix="/api/mocs", tags=["mocs"])
public = APIRouter(prefix="/api/mocs", tags=["mocs"])


async def get_service(work: Work, caller: SignedIn, resources: ResourcesDep) -> MocService:
    return MocService(work, caller, resources)


async def get_public(work: Work, resources: ResourcesDep) -> PublicMocs:
    return PublicMocs(work, resources)


Service = Annotated[MocService, Depends(get_service)]


async def get_editable(service: Service, moc_id: str) -> Moc:
    """The MOC to change. As a dependency it comes before the body is checked: a stranger learns nothing but that."""
    return await service.editable(moc_id)


Editable = Annotated[Moc, Depends(get_editable)]
Public = Annotated[PublicMocs, Depends(get_public)]


@router.get("", response_model=MocPage)
async def list_mocs(
    service: Service,
    search: str = "",
    tag: str | None = None,
    type_: Annotated[TypeFilter, Query(alias="type")] = None,
    theme: str | None = None,
    sort: SortBy = "newest",
    page: PageNumber = 1,
    limit: PageSize = 20,
) -> Response:
    """The caller's own MOCs."""
    return json_response(await service.page(search, tag, type_, theme, sort, page, limit))


@router.post("", status_code=201)
async def create_moc(service: Service, data: MocCreate) -> MocSaved:
    return MocSaved(message="MOC created successfully", moc=await service.create(data))


# The order matters: these fixed paths stand before `/{moc_id}`.
@public.get("/search", response_model=FoundMocs)
async def search_mocs(
    mocs: Public,
    q: str = "",
    tag: str | None = None,
    offset: Annotated[Offset, Query(alias="from")] = 0,
    size: PageSize | None = None,
    limit: PageSize = 20,
) -> Response:
    """Everybody's MOCs: by relevance with `q`, else the newest first. `limit` is another name for `size`."""
    return json_response(await mocs.search(q, tag, offset, size or limit))


@router.get("/stats/by-category", response_model=CategoryStatistics)
async def count_mocs_by_category(service: Service) -> Response:
    return json_response(await service.by_category())


@router.get("/stats/uploads-over-time", response_model=UploadStatistics)
async def count_mocs_by_month(service: Service) -> Response:
    return json_response(await service.uploads_over_time())


@public.get("/{moc_id}", response_model=MocRetrieved)
async def get_moc(mocs: Public, moc_id: str) -> Response:
    return json_response(await mocs.get(moc_id))


@router.patch("/{moc_id}")  # noqa: FAST003 (`Editable` reads it)
@router.put("/{moc_id}")
async def update_moc(service: Service, moc: Editable, data: MocUpdate) -> MocSaved:
    return MocSaved(message="MOC metadata updated", moc=await service.update(moc, data))


@router.delete("/{moc_id}")
async def delete_moc(service: Service, moc_id: str) -> MocSaved:
    return MocSaved(message="MOC deleted successfully", moc=await service.delete(moc_id))
