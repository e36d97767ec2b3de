"""Gallery images linked to a MOC. Both must be the caller's own; not even an admin links for somebody else."""

from collections.abc import Sequence
from uuid import UUID

from lego_api.adapters.identity import Caller
from lego_api.db import UnitOfWork
from lego_api.errors import Conflict, Forbidden, Invalid, NotFound
from lego_api.mocs.gallery_links.repository import GalleryLinkRepository
from lego_api.mocs.gallery_links.schemas import LinkedImage, LinkOut
from lego_api.mocs.repository import MocRepository
from lego_api.models import Moc, MocGalleryImage
from lego_api.resources import Resources

OWN_MOCS_ONLY = "Forbidden: You can only {} your own MOCs"
OWN_IMAGES_ONLY = "Forbidden: You can only link your own images"


class GalleryLinkService:
    def __init__(self, work: UnitOfWork, caller: Caller, resources: Resources) -> None:
        self._work = work
        self._caller = caller
        self._mocs = MocRepository(work.session, caller.user_id)
        self._links = GalleryLinkRepository(work.session)
        self._file_url = resources.storage.url

    async def link(self, moc_id: str, image_id: str | None) -> LinkOut:
        if not image_id:
            raise Invalid("Gallery image ID is required")
        moc = await self._own_moc(moc_id, "link images to", for_update=True)
        links = await link_own_images(self._work, self._caller, moc, [_image_id(image_id)])
        if not links:
            raise Conflict("Image is already linked to this MOC")
        return LinkOut.model_validate(links[0])

    async def linked(self, moc_id: str) -> list[LinkedImage]:
        moc = await self._own_moc(moc_id, "view images from")
        return [
            LinkedImage.model_validate(
                {
                    "id": image.id,
                    "title": image.title,
                    "description": image.description,
                    "url": image.image_url,
                    "tags": image.tags,
                    "created_at": image.created_at,
                    "last_updated_at": image.last_updated_at,
                    "linked_at": link.linked_at,
                },
                context={"file_url": self._file_url},
            )
            for image, link in await self._links.linked(moc.id)
        ]

    async def unlink(self, moc_id: str, image_id: str) -> None:
        moc = await self._own_moc(moc_id, "unlink images from")
        try:
            removed = await self._links.remove(moc.id, UUID(image_id))
        except ValueError:
            removed = False
        if not removed:
            raise NotFound("Image is not linked to this MOC")

    async def _own_moc(self, moc_id: str, verb: str, *, for_update: bool = False) -> Moc:
        moc = await self._mocs.one(self._mocs.visible(), moc_id, for_update=for_update)
        if moc.user_id != self._caller.user_id:
            raise Forbidden(OWN_MOCS_ONLY.format(verb))
        return moc


async def link_own_images(
    work: UnitOfWork, caller: Caller, moc: Moc, image_ids: Sequence[UUID]
) -> Sequence[MocGalleryImage]:
    """Links the images that are not linked yet. Raises `NotFound` or `Forbidden` if one is missing or foreign."""
    if not image_ids:
        return []
    links = GalleryLinkRepository(work.session)
    owners = await links.owners(image_ids)
    if len(owners) < len(set(image_ids)):
        raise NotFound("Gallery image not found", code="IMAGE_NOT_FOUND")
    if any(owner != caller.user_id for owner in owners.values()):
        raise Forbidden(OWN_IMAGES_ONLY)
    return await links.add(moc.id, list(dict.fromkeys(image_ids)))


def _image_id(id: str) -> UUID:
    try:
        return UUID(id)
    except ValueError:
        raise NotFound("Gallery image not found", code="IMAGE_NOT_FOUND") from None
