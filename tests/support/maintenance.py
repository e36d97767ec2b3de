"""The maintenance job, as the schedule runs it, and a clock that can be turned forward for it."""

from lego_api import maintenance
from lego_api.config import Settings
from lego_api.resources import Resources
from tests.support.database import Database, run


def run_maintenance(settings: Settings) -> int:
    async def once() -> int:
        resources = Resources(settings)
        try:
            return await maintenance.run_once(resources)
        finally:
            await resources.aclose()

    return run(once())


def hours_pass(database: Database) -> None:
    """Whatever the outbox holds becomes due."""
    database.fetch("UPDATE outbox SET available_at = available_at - interval '48 hours'")
