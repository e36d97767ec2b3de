from typing import Literal

from lego_api.schemas import Schema, Timestamp

Component = Literal["healthy", "unhealthy", "disabled"]


class Components(Schema):
    """`disabled`: not configured, so nothing is missing without it."""

    database: Component
    redis: Component
    opensearch: Component
    storage: Component


Breaker = Literal["closed", "open"]


class Breakers(Schema):
    """Of parts that are left alone for a while when they have failed (`open`), as this process sees them."""

    redis: Breaker
    opensearch: Breaker
    cognito: Breaker


class Health(Schema):
    status: Literal["healthy", "degraded", "unhealthy"]
    service: str
    components: Components
    timestamp: Timestamp
    breakers: Breakers


class Liveness(Schema):
    status: Literal["alive"]
    service: str
