"""What lives as long as the process. Building it is cheap: nothing connects and no SDK is imported."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from lego_api.adapters.cache import Cache
from lego_api.adapters.identity import Identity
from lego_api.adapters.images import Images
from lego_api.adapters.search import SearchCluster
from lego_api.adapters.secrets import Secrets
from lego_api.adapters.storage import Storage
from lego_api.adapters.user_pool import UserPool
from lego_api.avatars import DELETE_UNUSED_AVATAR, Avatars
from lego_api.config import Settings
from lego_api.db import create_engine, session_makers
from lego_api.object_store import DELETE_UNUSED_UPLOADS, ObjectStore
from lego_api.outbox import DELETE_OBJECTS, Outbox, one_by_one
from lego_api.search_index import SearchIndex
from lego_api.search_index.documents import Documents
from lego_api.search_index.kinds import INDEX
from lego_api.search_index.rebuilding import Rebuilding


class Resources:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = create_engine(settings)
        self.sessions, self.read_sessions = session_makers(self.engine)
        self.secrets = Secrets(settings)
        self.cache = Cache(settings)
        self.search_cluster = SearchCluster(settings)
        self.storage = Storage(settings)
        self.identity = Identity(settings)
        self.user_pool = UserPool(settings)
        self.images = Images(max_pixels=settings.max_image_pixels, memory=settings.image_memory)
        prefix = settings.opensearch_index_prefix
        effects = {
            DELETE_OBJECTS: one_by_one(self._delete_objects),
            DELETE_UNUSED_UPLOADS: one_by_one(self._delete_unused_uploads),
            DELETE_UNUSED_AVATAR: one_by_one(self._delete_unused_avatar),
            INDEX: Documents(self.search_cluster, prefix).effect,
        }
        self.outbox = Outbox(self.sessions, effects, budget=settings.outbox_relay_seconds)
        self.search_index = SearchIndex(
            self.search_cluster, self.outbox, prefix, patience=settings.outbox_relay_seconds
        )
        self.rebuilding = Rebuilding(self.search_cluster, self.sessions, self.read_sessions, prefix)
        self.object_store = ObjectStore(self.sessions, self.storage, self.outbox)
        self.avatars = Avatars(self.sessions, self.storage, self.user_pool, self.outbox)

    async def aclose(self) -> None:
        async with AsyncExitStack() as closing:  # each, also when another one fails
            closing.push_async_callback(self.engine.dispose)
            for part in (self.cache, self.search_cluster, self.storage, self.user_pool):
                closing.push_async_callback(part.aclose)

    async def _delete_objects(self, payload: Mapping[str, Any]) -> None:
        await self.storage.delete(payload["keys"])

    async def _delete_unused_uploads(self, payload: Mapping[str, Any]) -> None:
        await self.storage.delete(list(payload["keys"].values()))  # what is kept of them is a copy elsewhere

    async def _delete_unused_avatar(self, payload: Mapping[str, Any]) -> None:
        await self.avatars.delete_unused(payload["username"], payload["key"])
