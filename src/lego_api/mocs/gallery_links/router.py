"""Gallery images that are linked to MOCs."""

from typing import Annotated

from fastapi import APIRouter, Depends

from lego_api.mocs.gallery_links.schemas import GalleryImageLink, LinkedImages, LinkSaved
from lego_api.mocs.gallery_links.service import GalleryLinkService
from lego_api.schemas import Message
from lego_api.web.dependencies import ResourcesDep, SignedIn, Work

router = APIRouter(prefix="/api/mocs/{moc_id}/gallery-images", tags=["moc gallery images"])


async def get_service(work: Work, caller: SignedIn, resources: ResourcesDep) -> GalleryLinkService:
    return GalleryLinkService(work, caller, resources)


Service = Annotated[GalleryLinkService, Depends(get_service)]


@router.post("", status_code=201)
async def link_gallery_image(service: Service, moc_id: str, data: GalleryImageLink) -> LinkSaved:
    link = await service.link(moc_id, data.gallery_image_id)
    return LinkSaved(message="Gallery image linked successfully", link=link)


@router.get("")
async def list_linked_gallery_images(service: Service, moc_id: str) -> LinkedImages:
    images = await service.linked(moc_id)
    return LinkedImages(message="Linked gallery images retrieved successfully", images=images)


@router.delete("/{image_id}")
async def unlink_gallery_image(service: Service, moc_id: str, image_id: str) -> Message:
    await service.unlink(moc_id, image_id)
    return Message(message="Gallery image unlinked successfully")
