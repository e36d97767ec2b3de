"""What is wrong with a request, told as the old server did: the issues of Zod 4."""

from collections.abc import Sequence
from typing import Any, Self

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails

from lego_api.errors import Invalid
from lego_api.schemas import RequestSchema, web_address

# Where the old server did not use Zod's own words.
WORDS = {
    ("title", "too_small"): "Title is required",
    ("title", "too_big"): "Title must be less than 255 characters",
}
INVALID_LINK = "Product link must be a valid URL"


class WishlistRequest(RequestSchema):
    """A request that raises `Invalid` with issues, instead of pydantic's own error."""

    @model_validator(mode="wrap")
    @classmethod
    def _with_issues(cls, data: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return validate(data)
        except ValidationError as error:
            raise Invalid("Invalid input data", details=[_issue(problem) for problem in error.errors()]) from error


def refused(message: str, *path: str | int, code: str = "custom", text: str | None = None) -> Invalid:
    """A 400 for what no schema can tell. `text` is what the whole answer says, if not the same."""
    return Invalid(text or message, details=[{"code": code, "path": list(path), "message": message}])


def invalid_image(message: str) -> Invalid:
    return refused(message, "imageUrl", code="invalid_format", text="Invalid input data")


def check_link(link: str | None) -> None:
    try:
        if link is not None:
            web_address(link)
    except ValueError:
        issue = {"code": "invalid_format", "format": "url", "path": ["productLink"], "message": INVALID_LINK}
        raise Invalid("Invalid input data", details=[issue]) from None


def _issue(problem: ErrorDetails) -> dict[str, Any]:
    facts, message = _facts(problem)
    path = list(problem["loc"])
    words = WORDS.get((str(path[-1]) if path else "", facts["code"]), message)
    return {**facts, "path": path, "message": words}


def _facts(problem: ErrorDetails) -> tuple[dict[str, Any], str]:
    limits = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return _unexpected("string", "undefined")
        case "string_type":
            return _unexpected("string", _json_type(problem["input"]))
        case "model_attributes_type" | "model_type":
            return _unexpected("object", _json_type(problem["input"]))
        case "string_too_short":
            least = limits["min_length"]
            facts = {"origin": "string", "code": "too_small", "minimum": least, "inclusive": True}
            return facts, f"Too small: expected string to have >={least} characters"
        case "string_too_long":
            most = limits["max_length"]
            facts = {"origin": "string", "code": "too_big", "maximum": most, "inclusive": True}
            return facts, f"Too big: expected string to have <={most} characters"
        case _:
            return {"code": "custom"}, problem["msg"].removeprefix("Value error, ")


def _unexpected(expected: str, received: str) -> tuple[dict[str, Any], str]:
    facts = {"expected": expected, "code": "invalid_type"}
    return facts, f"Invalid input: expected {expected}, received {received}"


def _json_type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, Sequence) else "object"
