"""Users tell that an image needs a moderator's look. When enough of them have, the image counts as flagged."""

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import showing_gallery
from lego_api.db import UnitOfWork
from lego_api.gallery.flags.repository import FlagRepository
from lego_api.gallery.flags.schemas import FlagCreate, FlagOut
from lego_api.gallery.images.repository import ImageRepository
from lego_api.models import GalleryFlag
from lego_api.resources import Resources
from lego_api.search_index import GALLERY_IMAGES


class FlagService:
    def __init__(self, work: UnitOfWork, caller: Caller, resources: Resources) -> None:
        self._work = work
        self._flags = FlagRepository(work.session, caller.user_id)
        self._images = ImageRepository(work.session, caller.user_id)
        self._cache = resources.cache
        self._index = resources.search_index
        self._enough = resources.settings.flags_for_moderation

    async def create(self, data: FlagCreate) -> FlagOut:
        """Raises `NotFound`, and `Conflict` for a second flag of the same user."""
        # Locked, so that of two who flag at once the second counts the first.
        image = await self._images.get_visible(data.image_id, for_update=True)
        flag = await self._flags.add(GalleryFlag(**data.model_dump()))
        if not image.flagged and await self._flags.count(image.id) >= self._enough:
            await self._images.update(image, {"flagged": True})
            self._index.changed(self._work, GALLERY_IMAGES, [image.id])
            self._work.after_commit(lambda: self._cache.forget(*showing_gallery(image.user_id)))
        return FlagOut.model_validate(flag)
