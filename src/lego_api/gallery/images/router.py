"""Gallery images under the two paths that clients know: `/api/images`, and `/api/gallery` of the gallery components."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BeforeValidator

from lego_api.errors import Invalid, PayloadTooLarge
from lego_api.fields import field_problem, invalid_field
from lego_api.fulltext import searched
from lego_api.gallery.images.schemas import (
    Choices,
    FoundData,
    FoundImages,
    ImageBatch,
    ImageCreate,
    ImageData,
    ImageDataSaved,
    ImageFilter,
    ImageRetrieved,
    Images,
    ImageSaved,
    ImagesDeleted,
    ImageUpdate,
    check_title,
)
from lego_api.gallery.images.service import ImageService
from lego_api.gallery.images.uploading import ImageUploads
from lego_api.gallery.paging import Cursor
from lego_api.repository import parse_id
from lego_api.rows import GalleryImageOut
from lego_api.schemas import Message
from lego_api.uploads import MEGABYTE
from lego_api.web.dependencies import (
    CountedUpload,
    Offset,
    PageSize,
    ResourcesDep,
    SignedIn,
    Work,
    json_response,
    redirect,
)
from lego_api.web.forms import Form, FormData, multipart_body

router = APIRouter(prefix="/api/images", tags=["gallery images"])
gallery = APIRouter(prefix="/api/gallery", tags=["gallery"])

MAX_UPLOAD_BODY = 101 * MEGABYTE  # an image that is too large is read, and refused in words that say so
UPLOAD_TEXTS = tuple(field.alias or name for name, field in ImageCreate.model_fields.items())


async def get_service(work: Work, caller: SignedIn, resources: ResourcesDep) -> ImageService:
    return ImageService(work, caller, resources)


async def get_uploads(caller: SignedIn, resources: ResourcesDep) -> ImageUploads:
    return ImageUploads(caller, resources)


def _flag(value: Any) -> bool | None:
    """Whatever is sent and is not `true` is false, as the old server had it."""
    return None if value in (None, "") else str(value).lower() == "true"


async def get_filter(
    album_id: Annotated[str, Query(alias="albumId")] = "",
    flagged: Annotated[bool | None, BeforeValidator(_flag)] = None,
    tag: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006 (FastAPI copies it)
    category: str = "",
    search: str = "",
    q: str = "",
) -> ImageFilter:
    """Each narrows the list; of several tags, an image has all. `q` is another name for `search`."""
    return ImageFilter(
        album_id=parse_id(album_id, invalid_field("albumId", "must be the id of an album")) if album_id else None,
        flagged=flagged,
        tags=tuple(name for name in tag if name),
        category=category or None,
        search=searched(search) or searched(q),
    )


async def get_checked_id(image_id: str) -> str:
    """Raises, for what is no UUID, the 400 that clients know from the old server."""
    details = field_problem("imageId", "Invalid UUID")
    wrong = Invalid(
        "Request validation failed", details=details, extra={"errors": field_problem("params", "Invalid UUID")}
    )
    return str(parse_id(image_id, wrong))


Service = Annotated[ImageService, Depends(get_service)]
Uploads = Annotated[ImageUploads, Depends(get_uploads)]
Filter = Annotated[ImageFilter, Depends(get_filter)]
CheckedId = Annotated[str, Depends(get_checked_id)]


async def _upload(uploads: ImageUploads, form: Form) -> GalleryImageOut:
    """From the field `image` or `file`, whichever of the web app's components sends it."""
    check_title(form.text("title"))
    data = form.validated(ImageCreate)
    form.check_fields(image=1, file=1)
    if form.file("image") and form.file("file"):
        raise Invalid("Too many files: one is accepted, in image or in file")
    try:
        return await uploads.upload(data, form.file("image", "file"))
    except (Invalid, PayloadTooLarge) as error:
        error.details = field_problem("file" if form.file("file") else "image", error.message)
        raise


@router.get("", response_model=Images)
async def list_images(service: Service, wanted: Filter, cursor: Cursor = None, limit: PageSize = 20) -> Response:
    return json_response(await service.page(wanted, cursor, limit))


@router.post(
    "",
    status_code=201,
    dependencies=[CountedUpload],
    max_body_size=MAX_UPLOAD_BODY,
    openapi_extra=multipart_body("image", texts=UPLOAD_TEXTS),
)
async def upload_image(uploads: Uploads, form: FormData) -> ImageSaved:
    return ImageSaved(message="Image uploaded successfully", image=await _upload(uploads, form))


# The order matters: these fixed paths stand before `/{image_id}`.
@router.get("/search")
async def search_images(
    service: Service, wanted: Filter, offset: Annotated[Offset, Query(alias="from")] = 0, limit: PageSize = 20
) -> FoundImages:
    found = await service.search(wanted, offset, limit)
    return FoundImages(images=list(found.rows), total=found.total, source=found.source)


@router.get("/{image_id}")
async def get_image(service: Service, image_id: str) -> ImageRetrieved:
    return ImageRetrieved(image=await service.get(image_id))


@router.patch("/{image_id}")
async def update_image(service: Service, image_id: CheckedId, data: ImageUpdate) -> ImageSaved:
    return ImageSaved(message="Image metadata updated", image=await service.update(image_id, data))


@router.delete("/{image_id}")
async def delete_image(service: Service, image_id: CheckedId) -> ImageSaved:
    return ImageSaved(message="Image deleted successfully", image=await service.delete(image_id))


@gallery.post(
    "",
    status_code=201,
    dependencies=[CountedUpload],
    max_body_size=MAX_UPLOAD_BODY,
    openapi_extra=multipart_body("file", texts=UPLOAD_TEXTS),
)
async def upload_gallery_image(uploads: Uploads, form: FormData) -> ImageDataSaved:
    return ImageDataSaved(message="Image uploaded successfully", data=await _upload(uploads, form))


@gallery.get("/search")
async def search_gallery(
    service: Service, wanted: Filter, offset: Annotated[Offset, Query(alias="from")] = 0, size: PageSize = 20
) -> FoundData:
    found = await service.search(wanted, offset, size)
    return FoundData(data=list(found.rows), total=found.total, source=found.source)


@gallery.get("/tags", response_model=Choices)
async def list_gallery_tags(service: Service) -> Response:
    return json_response(await service.tags())


@gallery.get("/categories", response_model=Choices)
async def list_gallery_categories(service: Service) -> Response:
    return json_response(await service.categories())


@gallery.delete("/batch-delete")
async def delete_gallery_images(service: Service, data: ImageBatch) -> ImagesDeleted:
    """All of them or none."""
    deleted = await service.delete_all(data.image_ids)
    return ImagesDeleted(message=f"{len(deleted)} images deleted successfully", deleted_ids=deleted)


@gallery.get("/{image_id}")
async def get_gallery_image(service: Service, image_id: str) -> ImageData:
    return ImageData(data=await service.get(image_id))


@gallery.put("/{image_id}")
async def update_gallery_image(service: Service, image_id: str, data: ImageUpdate) -> ImageDataSaved:
    return ImageDataSaved(message="Image metadata updated", data=await service.update(image_id, data))


@gallery.delete("/{image_id}")
async def delete_gallery_image(service: Service, image_id: str) -> Message:
    await service.delete(image_id)
    return Message(message="Image deleted successfully")


@gallery.get("/{image_id}/download", response_class=Response, status_code=302)
async def download_gallery_image(service: Service, image_id: str) -> Response:
    return redirect(await service.download_url(image_id))
