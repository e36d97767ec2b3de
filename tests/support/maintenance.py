"""The maintenance job, as the schedule runs it, and a clock that can be turned forward for it."""

from lego_api.config import Settings
from lego_api.maintenance import Done, run_alone
from lego_api.resources import Resources
from tests.support.database import Database, run


def run_maintenance(settings: Settings) -> int:
    """How many outbox entries are done with."""
    return maintain(settings).relayed


def maintain(settings: Settings) -> Done:
    return run(run_alone(settings))


def relay(settings: Settings, *, seconds: float) -> int:
    """How many outbox entries one run of the relay is done with, given so much time."""

    async def relay() -> int:
        resources = Resources(settings)
        try:
            return await resources.outbox.relaying.run(seconds=seconds)
        finally:
            await resources.aclose()

    return run(relay())


def hours_pass(database: Database) -> None:
    """Whatever the outbox holds becomes due."""
    database.fetch("UPDATE outbox SET available_at = available_at - interval '48 hours'")
