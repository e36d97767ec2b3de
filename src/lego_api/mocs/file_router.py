"""The files of MOCs, and the gallery images that are linked to them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response

from lego_api.mocs.file_schemas import (
    FileDownload,
    FileSaved,
    FilesSaved,
    GalleryImageLink,
    LinkedImages,
    LinkSaved,
    Message,
    MocCreatedWithFiles,
)
from lego_api.mocs.file_service import MocFileService
from lego_api.mocs.gallery_link_service import GalleryLinkService
from lego_api.mocs.schemas import MocWithFilesCreate
from lego_api.uploads import MEGABYTE
from lego_api.web.dependencies import CountedUpload, ResourcesDep, SignedIn, Work
from lego_api.web.forms import FormData, multipart_body

router = APIRouter(prefix="/api/mocs", tags=["moc files"])

MAX_INSTRUCTIONS, MAX_PARTS_LISTS, MAX_IMAGES, MAX_ADDED = 10, 10, 3, 10
MAX_CREATE_BODY = (MAX_INSTRUCTIONS * 50 + MAX_PARTS_LISTS * 10 + MAX_IMAGES * 20 + 1) * MEGABYTE
MAX_ADD_BODY = (MAX_ADDED * 50 + 1) * MEGABYTE


async def get_files(caller: SignedIn, resources: ResourcesDep) -> MocFileService:
    return MocFileService(caller, resources)


async def get_links(work: Work, caller: SignedIn, resources: ResourcesDep) -> GalleryLinkService:
    return GalleryLinkService(work, caller, resources)


Files = Annotated[MocFileService, Depends(get_files)]
Links = Annotated[GalleryLinkService, Depends(get_links)]


@router.post(
    "/with-files",
    status_code=201,
    dependencies=[CountedUpload],
    max_body_size=MAX_CREATE_BODY,
    openapi_extra=multipart_body(
        "instructionsFile", "partsLists", "images", texts=("type", "title", "author", "description", "tags", "theme")
    ),
)
async def create_moc_with_files(files: Files, form: FormData) -> MocCreatedWithFiles:
    data = form.validated(MocWithFilesCreate)
    form.check_fields(instructionsFile=MAX_INSTRUCTIONS, partsLists=MAX_PARTS_LISTS, images=MAX_IMAGES)
    moc = await files.create_moc(data, *(form.files.get(n, []) for n in ("instructionsFile", "partsLists", "images")))
    return MocCreatedWithFiles(message="MOC created successfully with files", moc=moc)


@router.post(
    "/{moc_id}/files",
    status_code=201,
    dependencies=[CountedUpload],
    max_body_size=MAX_ADD_BODY,
    openapi_extra=multipart_body("file", texts=("fileType",)),
)
async def add_moc_files(files: Files, moc_id: str, form: FormData) -> FileSaved | FilesSaved:
    """One `file`, or several: then `uploaded` and `failed` say what became of each."""
    form.check_fields(file=MAX_ADDED, files=MAX_ADDED)
    uploads = [*form.files.get("file", []), *form.files.get("files", [])]
    return await files.add(moc_id, form.text("fileType"), uploads)


@router.delete("/{moc_id}/files/{file_id}")
async def delete_moc_file(files: Files, work: Work, moc_id: str, file_id: str) -> FileSaved:
    return await files.delete(moc_id, file_id, work)


@router.get("/{moc_id}/files/{file_id}/download", response_model=FileDownload)
async def download_moc_file(
    files: Files, work: Work, moc_id: str, file_id: str, format: Literal["redirect", "json"] = "redirect"
) -> Response | FileDownload:
    """Redirects to the file; with `format=json`, says where it is."""
    download = await files.download(moc_id, file_id, work)
    if format == "json":
        return download
    return Response(status_code=302, headers={"Location": download.download_info.url, "Cache-Control": "no-store"})


@router.get("/{moc_id}/files/{file_id}/download-info")
async def get_moc_file_download_info(files: Files, work: Work, moc_id: str, file_id: str) -> FileDownload:
    return await files.download(moc_id, file_id, work)


@router.post("/{moc_id}/gallery-images", status_code=201)
async def link_gallery_image(links: Links, moc_id: str, data: GalleryImageLink) -> LinkSaved:
    link = await links.link(moc_id, data.gallery_image_id)
    return LinkSaved(message="Gallery image linked successfully", link=link)


@router.get("/{moc_id}/gallery-images")
async def list_linked_gallery_images(links: Links, moc_id: str) -> LinkedImages:
    images = await links.linked(moc_id)
    return LinkedImages(message="Linked gallery images retrieved successfully", images=images)


@router.delete("/{moc_id}/gallery-images/{image_id}")
async def unlink_gallery_image(links: Links, moc_id: str, image_id: str) -> Message:
    await links.unlink(moc_id, image_id)
    return Message(message="Gallery image unlinked successfully")
