"""The HTTP API: `handler` for Lambda, `app` for a server such as uvicorn."""

import asyncio
import gc

# Importing makes many objects and no garbage: collecting during it is a fifth of a cold start.
gc.disable()

from mangum import Mangum  # noqa: E402

from lego_api.app import create_app  # noqa: E402
from lego_api.entrypoints.process import prepare  # noqa: E402

TEXT_TYPES = ["text/", "application/json", "application/javascript", "application/xml", "application/problem+json"]

settings = prepare()
# The one loop of a sandbox: pools and locks live on it. A server has a loop of its own.
asyncio.set_event_loop(asyncio.new_event_loop())
app = create_app(settings)
# Lambda would otherwise start and stop the application with every invocation.
handler = Mangum(app, lifespan="off", text_mime_types=TEXT_TYPES)

gc.freeze()
gc.enable()
