from typing import Literal

from lego_api.schemas import Schema, Timestamp

Component = Literal["healthy", "unhealthy", "disabled"]


class Components(Schema):
    """`disabled`: not configured, so nothing is missing without it."""

    database: Component
    redis: Component
    opensearch: Component
    storage: Component


class Health(Schema):
    status: Literal["healthy", "degraded", "unhealthy"]
    service: str
    components: Components
    timestamp: Timestamp


class Liveness(Schema):
    status: Literal["alive"]
    service: str
