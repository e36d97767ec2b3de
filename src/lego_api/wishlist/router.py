from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BeforeValidator

from lego_api.errors import NotFound
from lego_api.fulltext import searched
from lego_api.models import utc_now
from lego_api.uploads import MEGABYTE, Upload
from lego_api.web.dependencies import CountedUpload, Offset, ResourcesDep, SignedIn, Work, json_response
from lego_api.web.forms import FormData, multipart_body
from lego_api.wishlist.images import WishlistImages
from lego_api.wishlist.issues import refused
from lego_api.wishlist.schemas import (
    Answer,
    Done,
    FoundItems,
    ImageDelete,
    Items,
    ItemWithImage,
    OneItem,
    Reorder,
    ReorderAccepted,
    Reordered,
    ReorderStatus,
    UploadedImage,
    WishlistItemCreate,
    WishlistItemUpdate,
)
from lego_api.wishlist.service import WishlistService

router = APIRouter(prefix="/api/wishlist", tags=["wishlist"])

# Twice as much as a picture may have: one that is too large is read, and refused in the recorded words.
MAX_UPLOAD = 40 * MEGABYTE
MAX_FOUND = 100


async def get_service(work: Work, caller: SignedIn, resources: ResourcesDep) -> WishlistService:
    return WishlistService(work, caller, resources)


async def get_images(caller: SignedIn, resources: ResourcesDep) -> WishlistImages:
    return WishlistImages(caller, resources)


async def get_picture(form: FormData) -> Upload:
    """The one picture of a form. What is wrong with the form is told in the words of the old server."""
    if unexpected := form.files.keys() - {"image"}:
        message = "Unexpected file field. Please use the correct field name for image upload."
        raise refused(message, min(unexpected)[:100])
    pictures = form.files.get("image", [])
    if not pictures:
        raise refused("No file provided. Please upload an image file.", "image")
    if len(pictures) > 1:
        raise refused("Only one file can be uploaded at a time.", "image")
    return pictures[0]


def _found_size(value: Any) -> int:
    """None are asked for with 0. What the old server took for "all of them" is now the most there is."""
    try:
        size = int(float(value))
    except (ValueError, OverflowError):
        return MAX_FOUND
    return size if 0 <= size <= MAX_FOUND else MAX_FOUND


Service = Annotated[WishlistService, Depends(get_service)]
Images = Annotated[WishlistImages, Depends(get_images)]
Picture = Annotated[Upload, Depends(get_picture)]
FoundSize = Annotated[int, BeforeValidator(_found_size)]


@router.get("", response_model=Answer[Items])
async def list_wishlist_items(service: Service, category: str | None = None) -> Response:
    return json_response(await service.all(category))


@router.get("/search")
async def search_wishlist_items(
    service: Service,
    q: str = "",
    category: str | None = None,
    offset: Annotated[Offset, Query(alias="from")] = 0,
    size: FoundSize = 20,
) -> Answer[FoundItems]:
    found = await service.search(searched(q), category, offset, size)
    return Answer(status=200, message="Wishlist search completed successfully", data=found)


@router.post("", status_code=201)
async def create_wishlist_item(service: Service, data: WishlistItemCreate) -> Answer[OneItem]:
    item = OneItem(item=await service.create(data))
    return Answer(status=201, message="Wishlist item created successfully", data=item)


# The order matters: these fixed paths stand before `/{item_id}`.
@router.put("/reorder", response_model_exclude_unset=True)
@router.post("/reorder", response_model_exclude_unset=True)
async def reorder_wishlist(service: Service, data: Reorder) -> Answer[Reordered]:
    done = await service.reorder(data.item_orders, data.request_id)
    message = "Wishlist reordered successfully" if done.changed else "Wishlist order already up to date"
    return Answer(status=200, message=message, data=done)


@router.post("/reorder/debounced", status_code=202)
async def reorder_wishlist_debounced(service: Service, data: Reorder) -> Answer[ReorderAccepted]:
    """Persists at once: there is nothing left to wait for, but the web app may still ask this way."""
    await service.reorder(data.item_orders, data.request_id)
    request_id = data.request_id or str(uuid4())
    accepted = ReorderAccepted(request_id=request_id, debounced=True, will_persist_at=utc_now())
    return Answer(status=202, message="Reorder request queued - changes will be persisted shortly", data=accepted)


@router.get("/reorder/status")
async def get_reorder_status(_caller: SignedIn) -> Answer[ReorderStatus]:
    nothing = ReorderStatus(has_pending=False, request_id=None)
    return Answer(status=200, message="No pending reorder operations", data=nothing)


@router.post("/reorder/cancel")
async def cancel_reorder(_caller: SignedIn) -> Done:
    raise NotFound("No pending reorder operations to cancel")


@router.post(
    "/upload-image", dependencies=[CountedUpload], max_body_size=MAX_UPLOAD, openapi_extra=multipart_body("image")
)
async def upload_wishlist_image(images: Images, picture: Picture) -> Answer[UploadedImage]:
    return Answer(status=200, message="Image uploaded successfully", data=await images.upload(picture))


@router.delete("/image")
async def delete_wishlist_image(service: Service, data: ImageDelete) -> Done:
    await service.delete_image(data.image_url)
    return Done(status=200, message="Image deleted successfully")


@router.get("/{item_id}")
async def get_wishlist_item(service: Service, item_id: str) -> Answer[OneItem]:
    item = OneItem(item=await service.get(item_id))
    return Answer(status=200, message="Wishlist item retrieved successfully", data=item)


@router.put("/{item_id}")
@router.patch("/{item_id}")
async def update_wishlist_item(service: Service, item_id: str, data: WishlistItemUpdate) -> Answer[OneItem]:
    item = OneItem(item=await service.update(item_id, data))
    return Answer(status=200, message="Wishlist item updated successfully", data=item)


@router.delete("/{item_id}")
async def delete_wishlist_item(service: Service, item_id: str) -> Done:
    await service.delete(item_id)
    return Done(status=200, message="Wishlist item deleted successfully")


@router.post(
    "/{item_id}/image", dependencies=[CountedUpload], max_body_size=MAX_UPLOAD, openapi_extra=multipart_body("image")
)
async def upload_wishlist_item_image(images: Images, item_id: str, picture: Picture) -> Answer[ItemWithImage]:
    attached = await images.attach(item_id, picture)
    return Answer(status=200, message="Image uploaded successfully", data=attached)
