"""Flags on gallery images."""

from typing import Annotated

from fastapi import APIRouter, Depends

from lego_api.gallery.flags.schemas import FlagCreate, FlagSaved
from lego_api.gallery.flags.service import FlagService
from lego_api.web.dependencies import ResourcesDep, SignedIn, Work

router = APIRouter(prefix="/api/flag", tags=["flags"])


async def get_service(work: Work, caller: SignedIn, resources: ResourcesDep) -> FlagService:
    return FlagService(work, caller, resources)


Service = Annotated[FlagService, Depends(get_service)]


@router.post("", status_code=201)
async def create_flag(service: Service, data: FlagCreate) -> FlagSaved:
    """Tells a moderator that an image needs a look. Each user may once for each image."""
    return FlagSaved(message="Image flagged for moderation", flag=await service.create(data))
