"""Parts lists under both their paths: the old server's documentation had one, and MOCs have the other."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Response

from lego_api.models import Moc
from lego_api.parts_lists.exporting import PartsListExports
from lego_api.parts_lists.schemas import (
    Answer,
    ExportFormat,
    PartsListCreate,
    PartsListStatus,
    PartsListUpdate,
    PartsListUploaded,
    PartsPage,
    Summary,
)
from lego_api.parts_lists.service import PartsListService
from lego_api.parts_lists.uploading import PartsListUploads
from lego_api.rows import PartsListOut
from lego_api.uploads import MEGABYTE
from lego_api.web.dependencies import CountedUpload, PageNumber, PageSize, ResourcesDep, SignedIn, Work, redirect
from lego_api.web.forms import Form, FormData, multipart_body

router = APIRouter(tags=["parts lists"])

PREFIXES = ("/api/moc-instructions/{moc_id}/parts-lists", "/api/mocs/{moc_id}/parts-lists")
MAX_UPLOAD_BODY = 51 * MEGABYTE  # a file that is too large is read, and refused in words that say so

E = TypeVar("E", bound=Callable[..., Any])


def _route(method: str, path: str = "", **options: Any) -> Callable[[E], E]:
    """A route under each prefix."""

    def add(endpoint: E) -> E:
        for prefix in PREFIXES:
            router.add_api_route(f"{prefix}{path}", endpoint, methods=[method], **options)
        return endpoint

    return add


async def get_service(work: Work, caller: SignedIn, resources: ResourcesDep) -> PartsListService:
    return PartsListService(work, caller, resources)


async def get_uploads(caller: SignedIn, resources: ResourcesDep) -> PartsListUploads:
    return PartsListUploads(caller, resources)


async def get_exports(caller: SignedIn, resources: ResourcesDep) -> PartsListExports:
    return PartsListExports(caller, resources)


Service = Annotated[PartsListService, Depends(get_service)]
Uploads = Annotated[PartsListUploads, Depends(get_uploads)]
Exports = Annotated[PartsListExports, Depends(get_exports)]


# The MOC of the path. As a dependency it comes before the body is checked: a stranger learns nothing but that.
async def get_visible(service: Service, moc_id: str) -> Moc:
    return await service.visible(moc_id)


async def get_editable(service: Service, moc_id: str) -> Moc:
    return await service.editable(moc_id)


async def check_owned(uploads: Uploads, moc_id: str) -> None:
    await uploads.check_owned(moc_id)


LATER: dict[int | str, Any] = {202: {"model": PartsListUploaded, "description": "The list is read in a moment"}}
EXPORTED: dict[int | str, Any] = {
    302: {"description": "Where a large file is for some minutes"},
    409: {"description": "The list has no parts, or not yet, or none that the format can say"},
}
Visible = Annotated[Moc, Depends(get_visible)]
Editable = Annotated[Moc, Depends(get_editable)]


@router.post(
    "/api/mocs/upload-parts-list",
    status_code=201,
    responses=LATER,
    dependencies=[CountedUpload],
    max_body_size=MAX_UPLOAD_BODY,
    openapi_extra=multipart_body("partsListFile", texts=("mocId",)),
)
async def upload_parts_list(uploads: Uploads, form: FormData, response: Response) -> PartsListUploaded:
    """202 for a list that is too long to be read while somebody waits."""
    return await _upload(uploads, form.text("mocId"), form, response)


@router.post(
    "/api/mocs/{moc_id}/upload-parts-list",
    status_code=201,
    responses=LATER,
    dependencies=[CountedUpload, Depends(check_owned)],
    max_body_size=MAX_UPLOAD_BODY,
    openapi_extra=multipart_body("partsListFile"),
)
async def upload_parts_list_of_moc(
    uploads: Uploads, moc_id: str, form: FormData, response: Response
) -> PartsListUploaded:
    return await _upload(uploads, moc_id, form, response)


async def _upload(uploads: PartsListUploads, moc_id: str | None, form: Form, response: Response) -> PartsListUploaded:
    form.check_fields(partsListFile=1)
    uploaded = await uploads.upload(moc_id, form.file("partsListFile"))
    if uploaded.parsing.success:
        return PartsListUploaded(message="Parts list uploaded and processed successfully", data=uploaded)
    response.status_code = 202
    return PartsListUploaded(message="Parts list uploaded; it is being processed", data=uploaded)


@router.get("/api/user/parts-lists/summary")
async def get_parts_lists_summary(service: Service) -> Answer[Summary]:
    return Answer(status=200, message="Parts list summary retrieved successfully", data=await service.summary())


@_route("GET")
async def list_parts_lists(service: Service, moc: Visible) -> Answer[list[PartsListOut]]:
    return Answer(status=200, message="Parts lists retrieved successfully", data=await service.all(moc))


@_route("POST", status_code=201)
async def create_parts_list(service: Service, moc: Editable, data: PartsListCreate) -> Answer[PartsListOut]:
    return Answer(status=201, message="Parts list created successfully", data=await service.create(moc, data))


@_route("GET", "/{list_id}")
async def get_parts_list(service: Service, moc: Visible, list_id: str) -> Answer[PartsListOut]:
    return Answer(status=200, message="Parts list retrieved successfully", data=await service.get(moc, list_id))


@_route("PUT", "/{list_id}")
async def update_parts_list(
    service: Service, moc: Editable, list_id: str, data: PartsListUpdate
) -> Answer[PartsListOut]:
    updated = await service.update(moc, list_id, data)
    return Answer(status=200, message="Parts list updated successfully", data=updated)


@_route("DELETE", "/{list_id}")
async def delete_parts_list(service: Service, moc: Editable, list_id: str) -> Answer[None]:
    await service.delete(moc, list_id)
    return Answer(status=200, message="Parts list deleted successfully", data=None)


@_route("PATCH", "/{list_id}/status")
async def update_parts_list_status(
    service: Service, moc: Editable, list_id: str, data: PartsListStatus
) -> Answer[PartsListOut]:
    updated = await service.update(moc, list_id, data)
    return Answer(status=200, message="Parts list status updated successfully", data=updated)


@_route("GET", "/{list_id}/parts")
async def list_parts(
    service: Service, moc: Visible, list_id: str, page: PageNumber = 1, limit: PageSize = 20
) -> Answer[PartsPage]:
    """The parsed parts in the order of the file."""
    parts = await service.parts(moc, list_id, page, limit)
    return Answer(status=200, message="Parts retrieved successfully", data=parts)


@_route("GET", "/{list_id}/export", response_class=Response, responses=EXPORTED)
async def export_parts_list(
    exports: Exports,
    moc_id: str,
    list_id: str,
    export_format: Annotated[ExportFormat, Query(alias="format")] = "csv",
) -> Response:
    """The list as a file that a shop accepts. `X-Pieces-Left-Out`: how many the format cannot say.

    A large file is answered by a redirect to where it is for some minutes.
    """
    export = await exports.export(moc_id, list_id, export_format)
    answer = redirect(export.url) if export.url else Response(export.body, media_type=export.media_type)
    answer.headers["Content-Disposition"] = export.disposition
    answer.headers["X-Pieces-Left-Out"] = str(export.left_out)
    return answer
