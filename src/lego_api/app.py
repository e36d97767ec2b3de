"""The application: resources, middleware, error rendering, and every router in one flat list."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from lego_api.adapters import tracing
from lego_api.config import Settings
from lego_api.errors import AppError
from lego_api.files.router import public as files
from lego_api.gallery.albums.router import gallery as gallery_albums
from lego_api.gallery.albums.router import router as albums
from lego_api.gallery.flags.router import router as flags
from lego_api.gallery.images.router import gallery as gallery_images
from lego_api.gallery.images.router import router as images
from lego_api.gallery.listing.router import router as gallery
from lego_api.health.probes import HealthProbes
from lego_api.health.router import public as health
from lego_api.maintenance import run_for_ever
from lego_api.mocs.direct_uploads.router import router as direct_uploads
from lego_api.mocs.files.router import router as moc_files
from lego_api.mocs.gallery_links.router import router as moc_gallery_links
from lego_api.mocs.local_router import public as local_mocs
from lego_api.mocs.router import public as public_mocs
from lego_api.mocs.router import router as mocs
from lego_api.parts_lists.router import router as parts_lists
from lego_api.resources import Resources
from lego_api.users.router import public as public_users
from lego_api.users.router import router as users
from lego_api.web import envelopes
from lego_api.web.auth import Authentication
from lego_api.web.body import RequestBodies
from lego_api.web.cors import Cors
from lego_api.web.csrf_router import public as csrf
from lego_api.web.edge import OnlyThroughEdge
from lego_api.web.etag import ETags
from lego_api.web.middleware import RequestLog, UnhandledErrors
from lego_api.web.openapi import describe
from lego_api.web.paths import CanonicalPath
from lego_api.web.rate_limit import (
    FailureRateLimit,
    GeneralRateLimit,
    RateLimiter,
    general_limit,
    profile_failures_limit,
)
from lego_api.web.tracing import RequestTracing
from lego_api.wishlist.router import router as wishlist


def create_app(settings: Settings) -> FastAPI:
    """The whole application. Nothing connects before the first request."""
    resources = Resources(settings)
    app = FastAPI(
        title="LEGO API",
        description="MOCs, parts lists, galleries and wishlists of LEGO builders.",
        lifespan=_lifespan,
        redirect_slashes=False,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        # Its own would tell of paths and queries, and to whom the environment says. Ours is `RequestTracing`.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.resources = resources
    app.state.rate_limiter = RateLimiter(resources.cache)
    app.state.health_probes = HealthProbes(resources)
    app.add_exception_handler(AppError, envelopes.app_error)
    app.add_exception_handler(RequestValidationError, envelopes.validation_error)
    app.add_exception_handler(HTTPException, envelopes.http_error)
    for router in _routers(settings):
        # Routers name their whole path, so their routes can stand on the application itself: including a router
        # would put off building its routes to the first request.
        app.router.routes.extend(router.routes)
    describe(app)
    _add_middleware(app, settings, resources)
    return app


def _routers(settings: Settings) -> list[APIRouter]:
    routers = [
        *(health, csrf),
        *(parts_lists, direct_uploads, public_mocs, mocs, moc_files, moc_gallery_links),
        *(gallery, gallery_images, gallery_albums, images, albums, flags),
        wishlist,
        *(public_users, users),
    ]
    if settings.serves_files:
        routers.append(files)
    if settings.is_local:
        routers.insert(0, local_mocs)
    return routers


def _add_middleware(app: FastAPI, settings: Settings, resources: Resources) -> None:
    """From the innermost, which sees a request last, to the outermost."""
    app.add_middleware(ETags)
    app.add_middleware(RequestBodies, max_json_bytes=settings.max_json_bytes, routes=app.routes)
    limiter = app.state.rate_limiter
    failures = profile_failures_limit(settings.rate_limit_profile_failures)
    app.add_middleware(FailureRateLimit, limiter=limiter, limit=failures, path="/api/users")
    app.add_middleware(GeneralRateLimit, limiter=limiter, limit=general_limit(settings.rate_limit_general))
    app.add_middleware(Authentication, identity=resources.identity)
    if settings.secrets_arn:
        app.add_middleware(OnlyThroughEdge, secrets=resources.secrets)
    app.add_middleware(CanonicalPath, route_paths=[getattr(route, "path", "") for route in app.routes])
    app.add_middleware(UnhandledErrors)
    if settings.cors_origins:  # else the gateway answers preflights, and ignores what the application says
        app.add_middleware(Cors, origins=settings.cors_origins)
    if tracing.is_on():
        app.add_middleware(RequestTracing)
    app.add_middleware(RequestLog, hsts=not settings.is_local, measures=not settings.is_local)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """A server runs this; Lambda does not: there the schedule does the maintenance, and nothing is ever closed."""
    resources: Resources = app.state.resources
    maintenance = asyncio.create_task(run_for_ever(resources))
    yield
    maintenance.cancel()
    with suppress(asyncio.CancelledError):
        await maintenance
    await resources.aclose()
