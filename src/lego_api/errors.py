"""What the domains raise. An error knows its status and code; `web.envelopes` alone knows how a body looks."""

from collections.abc import Mapping
from typing import Any, ClassVar


class AppError(Exception):
    """A failure the caller may be told about.

    `message` is shown to people as it is, so it never holds exception text, SQL or paths.
    `details` goes into the body under the key its domain has always used.
    """

    status: ClassVar[int] = 500
    code: str = "INTERNAL_ERROR"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        details: Any = None,
        extra: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details = details
        self.extra = dict(extra or {})
        self.retry_after = retry_after


class Invalid(AppError):
    status = 400
    code = "VALIDATION_ERROR"


class Unauthenticated(AppError):
    status = 401
    code = "UNAUTHORIZED"


class Forbidden(AppError):
    status = 403
    code = "FORBIDDEN"


class NotFound(AppError):
    status = 404
    code = "NOT_FOUND"


class Conflict(AppError):
    status = 409
    code = "CONFLICT"


class PayloadTooLarge(AppError):
    status = 413
    code = "PAYLOAD_TOO_LARGE"


class UnsupportedMediaType(AppError):
    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"


class TooManyRequests(AppError):
    status = 429
    code = "TOO_MANY_REQUESTS"


class Unavailable(AppError):
    """A part the answer needs did not answer; the same request may succeed in a moment."""

    status = 503
    code = "SERVICE_UNAVAILABLE"

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(message, retry_after=retry_after)


class DatabaseUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("The database is not available. Please try again in a moment.")


class StorageUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("File storage is not available. Please try again in a moment.")


class IdentityUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("Sign-in cannot be checked right now. Please try again in a moment.")


class UserPoolUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("The directory of names and pictures is not available. Please try again in a moment.")


class ObjectsKept(Exception):
    """The storage answers, and does not delete an object: a matter of rights or locks, so of somebody's attention."""


class SearchUnavailable(Exception):
    """The search index did not answer. No `AppError`: whoever searches has another way."""


class SearchRefused(SearchUnavailable):
    """It did, and will never take this request."""
