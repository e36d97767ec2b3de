"""One span for each request, of which all it waits for is a part."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lego_api.adapters import tracing
from lego_api.observability import current_request


class RequestTracing:
    """Only where tracing is on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with tracing.invocation(scope["method"]) as span:
            try:
                await self.app(scope, receive, watched)
            finally:
                # The template of the route and never the path, which may hold what nobody else is to know.
                if route := getattr(scope.get("route"), "path", None):
                    span.update_name(f"{scope['method']} {route}")
                    span.set_attribute("http.route", route)
                span.set_attribute("http.request.method", scope["method"])
                span.set_attribute("http.response.status_code", status)
                if request := current_request.get():  # by which the lines of the log are found
                    span.set_attribute("lego_api.request_id", request.request_id)
