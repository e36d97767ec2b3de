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
from lego_api.repository import parse_id
from lego_api.resources import Resources


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
        moc = await self._own_moc(moc_id, "link images to")
        links = await link_own_images(self._work, self._caller, moc, [parse_id(image_id, _image_not_found())])
        if not links:
            raise Conflict("Image is already linked to this MOC")
        return LinkOut.model_validate(links[0])

    async def linked(self, moc_id: str) -> list[LinkedImage]:
        moc = await self._own_moc(moc_id, "view images from", for_update=False)
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
        not_linked = NotFound("Image is not linked to this MOC")
        if not await self._links.remove(moc.id, parse_id(image_id, not_linked)):
            raise not_linked

    async def _own_moc(self, moc_id: str, verb: str, *, for_update: bool = True) -> Moc:
        forbidden = f"Forbidden: You can only {verb} your own MOCs"
        return await self._mocs.get_editable(moc_id, forbidden, for_update=for_update)


async def link_own_images(
    work: UnitOfWork, caller: Caller, moc: Moc, image_ids: Sequence[UUID]
) -> Sequence[MocGalleryImage]:
    """Links the images that are not linked yet. Raises `NotFound` or `Forbidden` if one is missing or foreign."""
    if not image_ids:
        return []
    links = GalleryLinkRepository(work.session)
    owners = await links.owners(image_ids)
    if len(owners) < len(set(image_ids)):
        raise _image_not_found()
    if any(owner != caller.user_id for owner in owners.values()):
        raise Forbidden("Forbidden: You can only link your own images")
    return await links.add(moc.id, list(dict.fromkeys(image_ids)))


def _image_not_found() -> NotFound:
    return NotFound("Gallery image not found", code="IMAGE_NOT_FOUND")
