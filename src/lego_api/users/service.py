"""Profiles: public, and for their own user with a name and a picture."""

import asyncio

from lego_api.adapters.identity import Caller
from lego_api.cache_scopes import profile_scope
from lego_api.db import UnitOfWork
from lego_api.resources import Resources
from lego_api.users.own_profile import OwnProfile
from lego_api.users.repository import ProfileRepository
from lego_api.users.schemas import ProfileOut


class ProfileService:
    def __init__(self, work: UnitOfWork, resources: Resources) -> None:
        self._profiles = ProfileRepository(work.session)
        self._cache = resources.cache
        self._context = {"file_url": resources.storage.url}

    async def public(self, user_id: str) -> bytes:
        """As JSON, the same for everybody."""

        async def load() -> ProfileOut:
            return ProfileOut.model_validate(await self._profiles.get(user_id), context=self._context)

        return await self._cache.get_json(profile_scope(user_id), [], load)

    async def own(self, caller: Caller, own: OwnProfile) -> bytes:
        """The same JSON object, with what only they may see behind it. The two parts are cached apart."""
        public, identification = await asyncio.gather(self.public(caller.user_id), own.identification())
        return public.removesuffix(b"}") + b"," + identification.removeprefix(b"{")
