from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from lego_api.errors import NotFound
from lego_api.models import utc_now
from lego_api.uploads import MEGABYTE
from lego_api.web.dependencies import CountedUpload, Offset, PageSize, ResourcesDep, SignedIn, Work, json_response
from lego_api.web.forms import FormData, multipart_body
from lego_api.wishlist.images import WishlistImages
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

MAX_UPLOAD = 21 * MEGABYTE  # one picture of 20 MB and what surrounds it


async def get_service(work: Work, caller: SignedIn, resources: ResourcesDep) -> WishlistService:
    return WishlistService(work, caller.user_id, resources)


async def get_images(caller: SignedIn, resources: ResourcesDep) -> WishlistImages:
    return WishlistImages(caller.user_id, resources)


Service = Annotated[WishlistService, Depends(get_service)]
Images = Annotated[WishlistImages, Depends(get_images)]


@router.get("", response_model=Answer[Items])
async def list_wishlist_items(service: Service, category: str | None = None) -> Response:
    return json_response(await service.all(category))


@router.get("/search")
async def search_wishlist_items(
    service: Service,
    q: str = "",
    category: str | None = None,
    offset: Annotated[Offset, Query(alias="from")] = 0,
    size: PageSize = 20,
) -> Answer[FoundItems]:
    found = await service.search(q.strip(), category, offset, size)
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


@router.post("/reorder/debounced", status_code=202, response_model_exclude_unset=True)
async def reorder_wishlist_debounced(service: Service, data: Reorder) -> Answer[ReorderAccepted]:
    """Persists at once: there is nothing left to wait for, but the web app may still ask this way."""
    await service.reorder(data.item_orders, data.request_id)
    extra = {} if data.request_id is None else {"request_id": data.request_id}
    accepted = ReorderAccepted(debounced=True, will_persist_at=utc_now(), **extra)
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
async def upload_wishlist_image(images: Images, form: FormData) -> Answer[UploadedImage]:
    form.check_fields(image=1)
    return Answer(status=200, message="Image uploaded successfully", data=await images.upload(form.file("image")))


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
async def upload_wishlist_item_image(images: Images, item_id: str, form: FormData) -> Answer[ItemWithImage]:
    form.check_fields(image=1)
    attached = await images.attach(item_id, form.file("image"))
    return Answer(status=200, message="Image uploaded successfully", data=attached)
