"""Parts lists as files that shops accept."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from lego_api.adapters.identity import Caller
from lego_api.resources import Resources


@dataclass(frozen=True, slots=True)
class Export:
    body: AsyncIterator[str]
    media_type: str
    disposition: str


class PartsListExports:
    def __init__(self, caller: Caller, resources: Resources) -> None: ...

    async def export(self, moc_id: str, list_id: str, export_format: str) -> Export:
        raise NotImplementedError
