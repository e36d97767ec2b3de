"""MOCs with their files, and the files one by one."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response

from lego_api.errors import Invalid
from lego_api.mocs.files.kinds import MAX_IMAGES, MAX_INSTRUCTIONS, MAX_PARTS_LISTS
from lego_api.mocs.files.schemas import FileDownload, FileSaved, FilesSaved
from lego_api.mocs.files.service import MocFileService
from lego_api.mocs.files.uploading import MocFileUploads
from lego_api.mocs.schemas import MocCreatedWithFiles, MocWithFilesCreate
from lego_api.uploads import MEGABYTE
from lego_api.web.dependencies import CountedUpload, ResourcesDep, SignedIn, Work, redirect
from lego_api.web.forms import FormData, multipart_body

router = APIRouter(prefix="/api/mocs", tags=["moc files"])

MAX_ADDED = 10
MAX_CREATE_BODY = (MAX_INSTRUCTIONS * 50 + MAX_PARTS_LISTS * 10 + MAX_IMAGES * 20 + 1) * MEGABYTE
MAX_ADD_BODY = (MAX_ADDED * 50 + 1) * MEGABYTE

CREATE_TEXTS = tuple(field.alias or name for name, field in MocWithFilesCreate.model_fields.items())


async def get_service(work: Work, caller: SignedIn, resources: ResourcesDep) -> MocFileService:
    return MocFileService(work, caller, resources)


async def get_uploads(caller: SignedIn, resources: ResourcesDep) -> MocFileUploads:
    return MocFileUploads(caller, resources)


Service = Annotated[MocFileService, Depends(get_service)]
Uploads = Annotated[MocFileUploads, Depends(get_uploads)]


async def check_editable(uploads: Uploads, moc_id: str) -> None:
    await uploads.check_editable(moc_id)


@router.post(
    "/with-files",
    status_code=201,
    dependencies=[CountedUpload],
    max_body_size=MAX_CREATE_BODY,
    openapi_extra=multipart_body("instructionsFile", "partsLists", "images", texts=CREATE_TEXTS),
)
async def create_moc_with_files(uploads: Uploads, form: FormData) -> MocCreatedWithFiles:
    data = form.validated(MocWithFilesCreate)
    form.check_fields(instructionsFile=MAX_INSTRUCTIONS, partsLists=MAX_PARTS_LISTS, images=MAX_IMAGES)
    moc = await uploads.create_moc(data, *(form.files.get(n, []) for n in ("instructionsFile", "partsLists", "images")))
    return MocCreatedWithFiles(message="MOC created successfully with files", moc=moc)


@router.post(
    "/{moc_id}/files",
    status_code=201,
    dependencies=[CountedUpload, Depends(check_editable)],
    max_body_size=MAX_ADD_BODY,
    openapi_extra=multipart_body("file", texts=("fileType",)),
)
async def add_moc_files(uploads: Uploads, moc_id: str, form: FormData) -> FileSaved | FilesSaved:
    """One `file`, or several: then `uploaded` and `failed` say what became of each."""
    form.check_fields(file=MAX_ADDED, files=MAX_ADDED)
    sent = [*form.files.get("file", []), *form.files.get("files", [])]
    if len(sent) > MAX_ADDED:
        raise Invalid(f"Too many files: at most {MAX_ADDED} are accepted")
    return await uploads.add(moc_id, form.text("fileType"), sent)


@router.delete("/{moc_id}/files/{file_id}")
async def delete_moc_file(service: Service, moc_id: str, file_id: str) -> FileSaved:
    return await service.delete(moc_id, file_id)


@router.get("/{moc_id}/files/{file_id}/download", response_model=FileDownload)
async def download_moc_file(
    service: Service, moc_id: str, file_id: str, format: Literal["redirect", "json", ""] = "redirect"
) -> Response | FileDownload:
    """Redirects to the file; with `format=json`, says where it is."""
    download = await service.download(moc_id, file_id)
    if format == "json":
        return download
    return redirect(download.download_info.url)


@router.get("/{moc_id}/files/{file_id}/download-info")
async def get_moc_file_download_info(service: Service, moc_id: str, file_id: str) -> FileDownload:
    return await service.download(moc_id, file_id)
