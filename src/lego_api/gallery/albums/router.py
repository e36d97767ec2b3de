"""Albums, and what the gallery components call to fill one with many images."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BeforeValidator

from lego_api.gallery.albums.schemas import (
    AlbumCreate,
    AlbumDeleted,
    AlbumImage,
    Albums,
    AlbumsWithImages,
    AlbumUpdate,
    ImagesAdded,
    OneAlbum,
)
from lego_api.gallery.albums.service import SHOWN_AT_ONCE, AlbumService
from lego_api.gallery.images.repository import album_not_found
from lego_api.gallery.images.schemas import ImageBatch
from lego_api.gallery.paging import Cursor
from lego_api.repository import parse_id
from lego_api.web.dependencies import PageSize, ResourcesDep, SignedIn, Work, clamped, json_response

router = APIRouter(prefix="/api/albums", tags=["albums"])
gallery = APIRouter(prefix="/api/gallery/albums", tags=["gallery"])


async def get_service(work: Work, caller: SignedIn, resources: ResourcesDep) -> AlbumService:
    return AlbumService(work, caller, resources)


async def get_checked_id(album_id: str) -> str:
    """As a dependency it comes before the body is checked: what no album can have is a 404, whatever is sent to it."""
    return str(parse_id(album_id, album_not_found()))


def _yes(value: Any) -> bool:
    return str(value).lower() == "true"


Service = Annotated[AlbumService, Depends(get_service)]
Yes = Annotated[bool, BeforeValidator(_yes)]
AlbumId = Annotated[str, Depends(get_checked_id)]
ImageCount = Annotated[int, clamped(1, SHOWN_AT_ONCE, SHOWN_AT_ONCE)]


@router.get("", response_model=Albums | AlbumsWithImages)
async def list_albums(
    service: Service,
    with_images: Annotated[Yes, Query(alias="withImages")] = False,
    cursor: Cursor = None,
    limit: PageSize = 20,
) -> Response:
    return json_response(await service.page(cursor, limit, with_images=with_images))


@router.post("", status_code=201)
async def create_album(service: Service, data: AlbumCreate) -> OneAlbum:
    return await service.create(data)


@router.get("/{album_id}")
async def get_album(
    service: Service, album_id: AlbumId, cursor: Cursor = None, limit: ImageCount = SHOWN_AT_ONCE
) -> OneAlbum:
    return await service.get(album_id, cursor, limit)


@router.put("/{album_id}")
@router.patch("/{album_id}")
async def update_album(service: Service, album_id: AlbumId, data: AlbumUpdate) -> OneAlbum:
    """Only what was sent changes. An image that becomes the cover comes into this album, out of any other."""
    return await service.update(album_id, data)


@router.delete("/{album_id}")
async def delete_album(service: Service, album_id: AlbumId) -> AlbumDeleted:
    """Its images stay."""
    return AlbumDeleted(message="Album deleted successfully", album=await service.delete(album_id))


@router.post("/{album_id}/images")
async def add_album_image(service: Service, album_id: AlbumId, data: AlbumImage) -> OneAlbum:
    return await service.add_one(album_id, data.image_id)


@router.delete("/{album_id}/images/{image_id}")
async def remove_album_image(service: Service, album_id: AlbumId, image_id: str) -> OneAlbum:
    """The image stays in the gallery."""
    return await service.remove(album_id, image_id)


@gallery.post("/{album_id}/batch-add")
async def add_album_images(service: Service, album_id: AlbumId, data: ImageBatch) -> ImagesAdded:
    """All of them or none."""
    album, added = await service.add(album_id, data.image_ids)
    return ImagesAdded(message=f"{len(added)} images added successfully", album_id=album.id, added_ids=added)
