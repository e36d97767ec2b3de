"""Uploading directly to the storage: the permission first, then the files, then their inspection."""

from typing import Annotated

from fastapi import APIRouter, Depends

from lego_api.mocs.direct_uploads.finalizing import UploadFinalizing
from lego_api.mocs.direct_uploads.schemas import (
    FilesOfMoc,
    UploadsFinalize,
    UploadsFinalized,
    UploadsInitialize,
    UploadsInitialized,
)
from lego_api.mocs.direct_uploads.service import DirectUploads
from lego_api.web.dependencies import CountedUpload, ResourcesDep, SignedIn

router = APIRouter(prefix="/api/mocs", tags=["direct uploads"])


async def get_service(caller: SignedIn, resources: ResourcesDep) -> DirectUploads:
    return DirectUploads(caller, resources)


async def get_finalizing(caller: SignedIn, resources: ResourcesDep) -> UploadFinalizing:
    return UploadFinalizing(caller, resources)


@router.post("/with-files/initialize", status_code=201, dependencies=[CountedUpload])
async def initialize_uploads(
    uploads: Annotated[DirectUploads, Depends(get_service)], data: UploadsInitialize
) -> UploadsInitialized:
    """Answers for each file where and with which form fields to send it.

    Makes the MOC that they are for; with `mocId` it is one that is there, and changed by nothing else in the body.
    """
    if isinstance(data, FilesOfMoc):
        return UploadsInitialized(message="The files may be sent now", data=await uploads.add(data))
    return UploadsInitialized(message="MOC created; its files may be sent now", data=await uploads.create(data))


@router.post("/{moc_id}/finalize")
async def finalize_uploads(
    finalizing: Annotated[UploadFinalizing, Depends(get_finalizing)], moc_id: str, data: UploadsFinalize
) -> UploadsFinalized:
    """Looks at each file that was sent, keeps those that are what was announced, and deletes the others."""
    return await finalizing.finalize(moc_id, data.uploaded_files)
