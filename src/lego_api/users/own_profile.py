"""What only users themselves see and change: their name and their picture. Both are kept by Cognito."""

from lego_api.adapters import content_types
from lego_api.adapters.identity import Caller
from lego_api.adapters.images import PHOTOS, Rendered, Rendition
from lego_api.cache_scopes import identity_scope
from lego_api.errors import Invalid, NotFound, PayloadTooLarge, UserPoolUnavailable
from lego_api.fields import field_problem
from lego_api.resources import Resources
from lego_api.uploads import Upload
from lego_api.users.schemas import Identification

AVATAR = Rendition("avatar", max_edge=256, square=True)
ACCEPTED = PHOTOS | {content_types.GIF}


class OwnProfile:
    """No transaction is open while Cognito is asked, a picture is worked on or bytes travel."""

    def __init__(self, caller: Caller, resources: Resources) -> None:
        self._caller = caller
        self._cache = resources.cache
        self._user_pool = resources.user_pool
        self._avatars = resources.avatars
        self._images = resources.images
        self._max_bytes = resources.settings.max_image_bytes
        self._scope = identity_scope(caller.user_id)

    async def identification(self) -> bytes:
        """As JSON. While Cognito is away nothing is known, and that is not remembered."""
        try:
            return await self._cache.get_json(self._scope, [], self._load)
        except UserPoolUnavailable:
            return Identification(name=None, avatar_url=None).model_dump_json().encode()

    async def rename(self, name: str) -> None:
        try:
            await self._user_pool.set_attributes(self._caller.username, {"name": name})
        finally:  # it may have happened, whatever was answered
            await self._cache.forget(self._scope)

    async def show_avatar(self, upload: Upload, *, name: str | None = None) -> str:
        """The URL of the new picture. A name that is given is set together with it."""
        picture = await self._process(upload)
        try:
            return await self._avatars.show(self._caller, picture, {} if name is None else {"name": name})
        finally:
            await self._cache.forget(self._scope)

    async def remove_avatar(self) -> None:
        try:
            await self._avatars.remove(self._caller)
        finally:
            await self._cache.forget(self._scope)

    async def _load(self) -> Identification:
        try:
            attributes = await self._user_pool.attributes(self._caller.username)
        except NotFound:  # deleted, while the token is still good
            attributes = {}
        return Identification(name=attributes.get("name"), avatar_url=attributes.get("picture"))

    async def _process(self, upload: Upload) -> Rendered:
        try:
            upload.check_size(self._max_bytes)
            if content_types.detect(upload.head()) not in ACCEPTED:
                raise Invalid("Invalid file format. Only JPEG, PNG, HEIC, WebP and GIF files are supported.")
            upload.content_type()
            rendered = await self._images.render(upload.body, [AVATAR], accept=ACCEPTED)
        except (Invalid, PayloadTooLarge) as error:
            error.details = field_problem("avatar", error.message)
            raise
        return rendered[AVATAR.name]


def refused(problem: str) -> Invalid:
    """In the words of the old server, and with the field they are about."""
    return Invalid(problem, details=field_problem("avatar", problem))
