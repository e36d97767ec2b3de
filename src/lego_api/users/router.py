from typing import Annotated

from fastapi import APIRouter, Depends, Response

from lego_api.errors import Forbidden
from lego_api.schemas import Message
from lego_api.uploads import MEGABYTE, Upload
from lego_api.users.own_profile import OwnProfile, refused
from lego_api.users.schemas import AvatarSaved, NameSaved, OwnProfileOut, ProfileOut, ProfileSaved, ProfileUpdate
from lego_api.users.service import ProfileService
from lego_api.web.dependencies import CountedUpload, ResourcesDep, SignedIn, SignedInOrNot, Work, json_response
from lego_api.web.forms import Form, FormData, multipart_body

public = APIRouter(prefix="/api/users", tags=["users"])
router = APIRouter(prefix="/api/users", tags=["users"])

# Twice as much as a picture may have: one that is too large is read, and refused in the recorded words.
MAX_UPLOAD = 40 * MEGABYTE


async def get_service(work: Work, resources: ResourcesDep) -> ProfileService:
    return ProfileService(work, resources)


async def get_own_profile(caller: SignedIn, resources: ResourcesDep, user_id: str) -> OwnProfile:
    """Stands before the form among an endpoint's parameters, so strangers are refused before their body is read.

    Admins are strangers, too.
    """
    if caller.user_id != user_id:
        raise Forbidden("You can only modify your own profile")
    return OwnProfile(caller, resources)


Service = Annotated[ProfileService, Depends(get_service)]


@public.get("/{user_id}", response_model=OwnProfileOut | ProfileOut)
async def get_profile(service: Service, resources: ResourcesDep, caller: SignedInOrNot, user_id: str) -> Response:
    """What a user has. Who asks for themselves also gets their `name` and `avatarUrl`."""
    if caller and caller.user_id == user_id:
        return json_response(await service.own(caller, OwnProfile(caller, resources)))
    return json_response(await service.public(user_id))


@router.patch("/{user_id}")
async def update_profile(
    own: Annotated[OwnProfile, Depends(get_own_profile)], data: ProfileUpdate | None = None
) -> NameSaved | Message:
    if data is None or "name" not in data.model_fields_set:
        return Message(message="Profile updated through individual content updates")
    await own.rename(data.name)
    return NameSaved(message="Profile updated successfully", name=data.name)


@router.post(
    "/{user_id}",
    dependencies=[CountedUpload],
    max_body_size=MAX_UPLOAD,
    openapi_extra=multipart_body("avatar", texts=("name",)),
    response_model_exclude_unset=True,
)
async def save_profile(own: Annotated[OwnProfile, Depends(get_own_profile)], form: FormData) -> ProfileSaved:
    """Sets what is sent: a picture, a name, or both at once."""
    given = form.validated(ProfileUpdate, blank=frozenset({"name"})).model_dump(exclude_unset=True)
    avatar = sent_avatar(form)
    if avatar:
        given["avatar_url"] = await own.show_avatar(avatar, name=given.get("name"))
    elif given:
        await own.rename(given["name"])
    else:
        return ProfileSaved(message="Profile will be created when you add your first content")
    return ProfileSaved(message="Profile updated successfully", **given)


@router.post(
    "/{user_id}/avatar",
    dependencies=[CountedUpload],
    max_body_size=MAX_UPLOAD,
    openapi_extra=multipart_body("avatar"),
)
async def upload_avatar(own: Annotated[OwnProfile, Depends(get_own_profile)], form: FormData) -> AvatarSaved:
    avatar = sent_avatar(form)
    if avatar is None:
        raise refused("Avatar file is required")
    return AvatarSaved(message="Avatar uploaded successfully", avatar_url=await own.show_avatar(avatar))


@router.delete("/{user_id}/avatar")
async def delete_avatar(own: Annotated[OwnProfile, Depends(get_own_profile)]) -> Message:
    """Also where there is none."""
    await own.remove_avatar()
    return Message(message="Avatar deleted successfully")


def sent_avatar(form: Form) -> Upload | None:
    form.check_fields(avatar=1)
    return form.file("avatar")
