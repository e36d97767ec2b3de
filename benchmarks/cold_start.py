"""What a new sandbox imports before it can answer, against the least that this kind of application can import."""

import os
import subprocess
import sys
from collections.abc import Callable

from benchmarks.timing import interleaved, print_ratios

ROUNDS = 10
REFERENCE = "FastAPI, Mangum and SQLAlchemy alone"
PROGRAMS = {
    "an empty program": "pass",
    REFERENCE: "import fastapi, mangum, sqlalchemy.ext.asyncio, sqlalchemy.orm",
    "the HTTP entrypoint": "import lego_api.entrypoints.http",
    "the HTTP entrypoint and every SDK": (
        "import lego_api.entrypoints.http, aioboto3, httpx, opensearchpy, redis.asyncio, PIL.Image, alembic"
    ),
}
ENVIRONMENT = {
    "DATABASE_URL": "postgresql://nobody@localhost/none",
    "S3_BUCKET": "none",
    "COGNITO_USER_POOL_ID": "none",
    "COGNITO_CLIENT_IDS": "none",
    "CSRF_SECRET": "a secret of nobody",
}


def main() -> None:
    # Written once, as in the image: without bytecode everything takes three times as long.
    environment = {**os.environ, **ENVIRONMENT, "PYTHONDONTWRITEBYTECODE": ""}

    def starting(program: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", program], env=environment, check=True)

    times = interleaved({name: starting(program) for name, program in PROGRAMS.items()}, ROUNDS)
    print_ratios("Cold start: whole processes", times, REFERENCE)
