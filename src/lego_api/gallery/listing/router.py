"""The endless list of a gallery."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from lego_api.gallery.images.router import Filter
from lego_api.gallery.listing.schemas import GalleryPage
from lego_api.gallery.listing.service import GalleryListing
from lego_api.gallery.paging import Cursor
from lego_api.web.dependencies import PageSize, ResourcesDep, SignedIn, Work, json_response

router = APIRouter(prefix="/api/gallery", tags=["gallery"])


async def get_listing(work: Work, caller: SignedIn, resources: ResourcesDep) -> GalleryListing:
    return GalleryListing(work, caller, resources)


@router.get("", response_model=GalleryPage)
async def list_gallery(
    listing: Annotated[GalleryListing, Depends(get_listing)],
    wanted: Filter,
    kind: Annotated[str, Query(alias="type", max_length=20)] = "all",
    cursor: Cursor = None,
    limit: PageSize = 20,
) -> Response:
    """Images and albums, the newest first. `nextCursor` reads on, each thing once, also while others come and go."""
    return json_response(await listing.page(kind or "all", wanted, cursor, limit))
