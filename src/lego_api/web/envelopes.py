"""How an error looks to a client: one set of keys everywhere, and the key its domain has always used."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Scope

from lego_api.errors import AppError, Invalid, NotFound, PayloadTooLarge
from lego_api.observability import current_request

logger = logging.getLogger(__name__)

SHOWN_CHARACTERS = 2000  # of what the client sent
SHOWN_ISSUES = 100  # enough to mend a form; a body may have a million

# Authentication answers the same way in every domain.
_ALIKE_EVERYWHERE = frozenset({401, 429})

_VALIDATED_AS_A_WHOLE = ("/api/images", "/api/flag")


def error_response(scope: Scope, error: AppError) -> JSONResponse:
    body: dict[str, Any] = {
        "success": False,
        "statusCode": error.status,
        "code": error.code,
        "message": error.message,
        "error": error.message,
    }
    if scope["path"].startswith("/api/wishlist"):
        body["status"] = error.status
        if error.status not in _ALIKE_EVERYWHERE:
            body["error"] = error.code
    if error.details is not None:
        body["details"] = error.details
    body |= error.extra
    request = current_request.get()
    body["requestId"] = request.request_id if request else None
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return JSONResponse(body, error.status, headers)


async def app_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)
    return error_response(request.scope, error)


async def validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return error_response(request.scope, invalid(request.scope["path"], error.errors()))


async def http_error(request: Request, error: Exception) -> JSONResponse:
    """What Starlette and FastAPI raise by themselves: unknown routes, bodies that cannot be read."""
    assert isinstance(error, HTTPException)
    return error_response(request.scope, _translate(request, error))


def _translate(request: Request, error: HTTPException) -> AppError:
    if error.status_code in (404, 405):
        return NotFound(f"Not Found - {_original_url(request.scope)}"[:SHOWN_CHARACTERS])
    if error.status_code < 500:
        return Invalid(str(error.detail) or HTTPStatus(error.status_code).phrase)
    logger.error("unexpected HTTPException %d", error.status_code)
    return AppError("Internal server error")


def _original_url(scope: Scope) -> str:
    raw: bytes | None = scope.get("raw_path")  # a gateway has decoded it
    path = raw.decode("latin-1") if raw is not None else scope.get("original_path", scope["path"])
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}" if query else path


def too_large(limit: int, *, form: bool = False) -> PayloadTooLarge:
    """`form`: with files, each of which has a limit of its own that is lower."""
    megabytes = limit // (1024 * 1024)
    if form:
        return PayloadTooLarge(f"The form is too large. At most {megabytes} MB are read, and a file may have less.")
    return PayloadTooLarge(f"The request is too large. At most {megabytes} MB are accepted.")


def invalid(path: str, problems: Sequence[Mapping[str, Any]]) -> Invalid:
    """The 400 for pydantic's list of problems, in the shape that the route's domain recorded."""
    issues = [_issue(problem) for problem in problems[:SHOWN_ISSUES]]
    if issues and issues[0]["code"] == "json_invalid":
        return Invalid(issues[0]["message"])
    if path.startswith("/api/wishlist"):
        return Invalid("Invalid input data", details=issues)
    fields: dict[str, list[str]] = {}
    for issue in issues:
        if issue["path"]:
            field, *inside = issue["path"]
            place = ".".join(str(step) for step in inside)
            fields.setdefault(str(field), []).append(f"{place}: {issue['message']}" if place else issue["message"])
    form = [issue["message"] for issue in issues if not issue["path"]]
    details = {"formErrors": form, "fieldErrors": fields}
    if path.startswith(_VALIDATED_AS_A_WHOLE):
        # There the old server told only that something is wrong with the body, under this key.
        texts = form + [f"{name}: {message}" for name, messages in fields.items() for message in messages]
        errors = {"formErrors": [], "fieldErrors": {"body": texts}}
        return Invalid("Request validation failed", details=details, extra={"errors": errors})
    return Invalid("Invalid input", details=details)


def _issue(problem: Mapping[str, Any]) -> dict[str, Any]:
    where = [part for part in problem["loc"] if part not in ("body", "query", "path")]
    if problem["type"] == "json_invalid":
        return {"code": "json_invalid", "path": [], "message": "The body is not valid JSON"}
    if problem["type"] in ("model_attributes_type", "model_type", "dict_type") and not where:
        return {"code": "invalid_type", "path": [], "message": "The body must be a JSON object"}
    if problem["type"] == "missing":
        return {"code": "invalid_type", "path": where, "message": f"{where[-1] if where else 'A body'} is required"}
    return {"code": problem["type"], "path": where, "message": problem["msg"].removeprefix("Value error, ")}
