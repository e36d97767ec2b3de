"""Ways into the application: over HTTP to uvicorn, and through the Lambda handler with API Gateway's events."""

import base64
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote
from uuid import uuid4

import httpx
import uvicorn
from mangum import Mangum

from lego_api.app import create_app
from lego_api.config import Settings
from tests.support.tokens import token

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


class User(httpx.Client):
    """A client with a bearer token."""

    id: str


class Api:
    def __init__(self, settings: Settings, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self.settings = settings
        self._url = url
        self._transport = transport
        self._clients: list[httpx.Client] = []

    def close(self) -> None:
        while self._clients:
            self._clients.pop().close()

    def client(self, **headers: str) -> User:
        """Nobody in particular."""
        return self._user("", headers)

    def user(self, user_id: str | None = None, /, **claims: Any) -> User:
        """A user nobody has seen before, unless named."""
        user_id = user_id or str(uuid4())
        return self._user(user_id, {"Authorization": f"Bearer {token(self.settings, user_id, **claims)}"})

    def admin(self) -> User:
        return self.user(None, **{"cognito:groups": ["admin"]})

    def cookie_user(self, user_id: str | None = None, **headers: str) -> User:
        """A browser that is signed in by cookie."""
        user_id = user_id or str(uuid4())
        return self._user(user_id, headers, {"token": token(self.settings, user_id)})

    def _user(self, user_id: str, headers: dict[str, str], cookies: dict[str, str] | None = None) -> User:
        # A gateway outlives the clients that use it, and httpx closes a client's transport.
        transport = self._transport and _Borrowed(self._transport)
        # There is no TLS here, and reading all certificate authorities takes longer than many a test.
        user = User(base_url=self._url, transport=transport, headers=headers, cookies=cookies, timeout=60, verify=False)
        user.id = user_id
        self._clients.append(user)
        return user


class _Borrowed(httpx.BaseTransport):
    def __init__(self, transport: httpx.BaseTransport) -> None:
        self.handle_request = transport.handle_request  # type: ignore[method-assign]


class UvicornServer:
    """An application of its own on a free port, in a thread."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        config = uvicorn.Config(self.app, port=0, log_config=None, access_log=False, proxy_headers=False)
        self._server = uvicorn.Server(config)
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    def __enter__(self) -> Self:
        startup = self._server.startup

        async def startup_and_tell(*arguments: Any, **keywords: Any) -> None:
            await startup(*arguments, **keywords)
            self._started.set()

        self._server.startup = startup_and_tell  # type: ignore[method-assign]
        self._thread.start()
        assert self._started.wait(30), "uvicorn did not start"
        return self

    def _run(self) -> None:
        self._server.run()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive(), "uvicorn did not stop"


class LambdaGateway(httpx.BaseTransport):
    """API Gateway (HTTP API, payload 2.0) in front of one handler object.

    The handler lives in one thread, as in a sandbox: its event loop and its pools are kept between invocations.
    """

    def __init__(self, settings: Settings) -> None:
        self._sandbox = ThreadPoolExecutor(1)
        self._handler: Handler = self._sandbox.submit(_create_handler, settings).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._sandbox.submit(self._handler.close).result()  # type: ignore[attr-defined]
        self._sandbox.shutdown()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return response_of(self.invoke(event_of(request)))

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        return self._sandbox.submit(self._handler, event, None).result()


class _Sandbox:
    def __init__(self, settings: Settings) -> None:
        import asyncio

        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._app = create_app(settings)
        self._mangum = Mangum(self._app, lifespan="off")

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        return self._mangum(event, context)

    def close(self) -> None:
        self._loop.run_until_complete(self._app.state.resources.aclose())
        self._loop.close()


def _create_handler(settings: Settings) -> Handler:
    return _Sandbox(settings)


def event_of(request: httpx.Request) -> dict[str, Any]:
    """What API Gateway makes of a request: cookies apart, repeated headers joined, bodies in base64."""
    headers: dict[str, str] = {}
    for name, value in request.headers.multi_items():
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    cookies = [part.strip() for part in headers.pop("cookie", "").split(";") if part.strip()]
    body = request.read()
    path = unquote(request.url.raw_path.decode().partition("?")[0])
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": request.url.query.decode(),
        "headers": headers,
        "requestContext": {
            "requestId": uuid4().hex,
            "stage": "$default",
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "198.51.100.7",
                "userAgent": headers.get("user-agent", ""),
            },
        },
        "isBase64Encoded": True,
        "body": base64.b64encode(body).decode(),
    }
    if cookies:
        event["cookies"] = cookies
    return event


def response_of(answer: dict[str, Any]) -> httpx.Response:
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers = list((answer.get("headers") or {}).items())
    headers += [("set-cookie", cookie) for cookie in answer.get("cookies") or []]
    return httpx.Response(answer["statusCode"], headers=headers, content=content)
