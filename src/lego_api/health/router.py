"""Whether the service and the parts it stands on answer."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from lego_api.health.probes import HealthProbes
from lego_api.health.schemas import Health, Liveness
from lego_api.models import utc_now

public = APIRouter(tags=["health"])

SERVICE = "lego-projects-api"

Status = Literal["healthy", "degraded", "unhealthy"]


@public.get("/", response_class=HTMLResponse, include_in_schema=False)
async def get_root() -> str:
    return "Lego Projects API is running"


@public.get("/health/live")
@public.get("/api/health/live", include_in_schema=False)
async def get_liveness() -> Liveness:
    """Whether the process answers; asks nobody else."""
    return Liveness(status="alive", service=SERVICE)


@public.get("/health")
@public.get("/api/health", include_in_schema=False)
async def get_health(request: Request, response: Response) -> Health:
    """Degraded (still 200) when a part is down that the service can do without; 503 when the database is."""
    probes: HealthProbes = request.app.state.health_probes
    components = await probes.components()
    status: Status = "healthy"
    if "unhealthy" in components.model_dump().values():
        status = "degraded"
    if components.database == "unhealthy":
        status, response.status_code = "unhealthy", 503
    response.headers["Cache-Control"] = "no-store"
    return Health(
        status=status, service=SERVICE, components=components, breakers=probes.breakers(), timestamp=utc_now()
    )
