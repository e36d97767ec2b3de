"""What must happen outside the database because of a write.

A side effect is a row written in the transaction that causes it. After the commit it is tried at once, within a small
budget of time; what fails, or is cut off by a dying process, stays a row and is tried again by the maintenance job.
An effect may be run more than once for one row, so it must not mind.
"""

from lego_api.outbox.effects import Effect, NotBegun, Payload, one_by_one
from lego_api.outbox.recording import ABANDONED_AFTER, DELETE_OBJECTS, Outbox
from lego_api.outbox.relaying import Backlog

__all__ = [
    "ABANDONED_AFTER",
    "DELETE_OBJECTS",
    "Backlog",
    "Effect",
    "NotBegun",
    "Outbox",
    "Payload",
    "one_by_one",
]
