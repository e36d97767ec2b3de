"""What a request waits for, as spans for X-Ray. Off unless started: then it costs nothing, and nothing is imported.

Names say which part is asked for what, and nothing about the question: no statements, keys or addresses.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lego_api.adapters.xray import Tracer
    from lego_api.config import Settings

_OFF: AbstractContextManager[Any] = nullcontext()
_tracer: "Tracer | None" = None


def start(settings: "Settings") -> None:
    """For the process, where the settings say so."""
    global _tracer
    if settings.tracing == "xray":
        from lego_api.adapters.xray import Tracer

        _tracer = Tracer(
            service=settings.aws_lambda_function_name or "lego-api", agent=settings.aws_xray_daemon_address
        )


def is_on() -> bool:
    return _tracer is not None


def span(name: str) -> AbstractContextManager[Any]:
    """Something that is waited for, such as "redis MGET"."""
    return _OFF if _tracer is None else _tracer.span(name)


def invocation(name: str) -> AbstractContextManager[Any]:
    """All that Lambda has called the function for: what is waited for meanwhile is part of it."""
    return _OFF if _tracer is None else _tracer.invocation(name)


def traced_execution() -> dict[str, Callable[..., bool]]:
    """Listeners of SQLAlchemy that execute what a driver's cursor is to execute, each statement in a span."""

    def execute(cursor: Any, statement: str, parameters: Any, _context: Any) -> bool:
        with span(_of_statement(statement)):
            cursor.execute(statement, parameters)
        return True

    def execute_many(cursor: Any, statement: str, parameters: Any, _context: Any) -> bool:
        with span(_of_statement(statement)):
            cursor.executemany(statement, parameters)
        return True

    def execute_without(cursor: Any, statement: str, _context: Any) -> bool:
        with span(_of_statement(statement)):
            cursor.execute(statement)
        return True

    return {"do_execute": execute, "do_executemany": execute_many, "do_execute_no_params": execute_without}


def _of_statement(statement: str) -> str:
    return f"postgresql {statement.split(None, 1)[0].upper()}"
