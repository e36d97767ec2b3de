"""What the OpenAPI schema says beyond what FastAPI finds out by itself: how errors look, and where they occur."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

Node = dict[str, Any]

ERROR: Node = {
    "type": "object",
    "required": ["success", "statusCode", "code", "message", "error", "requestId"],
    "properties": {
        "success": {"type": "boolean", "const": False},
        "statusCode": {"type": "integer"},
        "code": {"type": "string", "description": "For programs, such as VALIDATION_ERROR or MOC_NOT_FOUND."},
        "message": {"type": "string", "description": "For people."},
        "error": {"type": "string", "description": "As `message`; in the wishlist as `code`."},
        "status": {"type": "integer", "description": "As `statusCode`, in the wishlist."},
        "details": {"description": "What is wrong with which field, where the route says so."},
        "requestId": {"type": "string", "description": "Stands in the log line of the request, too."},
    },
}

MEANING = {
    400: "The request is malformed, or a value in it is not accepted",
    401: "No token, or none that is valid",
    403: "Not the caller's own, or not proved to come from the web app",
    404: "There is no such thing",
    409: "It exists already",
    413: "The body is too large",
    415: "The body is of a kind that is not read here",
    429: "Too many requests; `Retry-After` says when to try again",
    500: "A bug",
    503: "A part that is needed does not answer; `Retry-After` says when to try again",
}


def describe(app: FastAPI) -> None:
    """Makes the application's schema show every error where it can occur."""
    generate = app.openapi

    def openapi() -> Node:
        if app.openapi_schema is None:
            schema = generate()
            _add_errors(schema)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _add_errors(schema: Node) -> None:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for never_sent in ("HTTPValidationError", "ValidationError"):
        schemas.pop(never_sent, None)
    schemas["Error"] = ERROR
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    components["responses"] = {
        f"Error{status}": {"description": meaning, "content": content} for status, meaning in MEANING.items()
    }
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            responses = operation["responses"]
            responses.pop("422", None)
            for status in _possible_errors(path, method, operation):
                responses.setdefault(str(status), {"$ref": f"#/components/responses/Error{status}"})


def _possible_errors(path: str, method: str, operation: Node) -> Iterator[int]:
    takes_body = method not in ("get", "head")
    if takes_body or operation.get("parameters"):
        yield 400
    if operation.get("security"):
        yield from (401, 403)
    if takes_body or "{" in path:  # a body may name what does not exist, too
        yield 404
    if takes_body:
        yield from (409, 413, 415)
    yield from (429, 500, 503)
