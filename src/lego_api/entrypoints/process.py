"""What every function of Lambda begins with."""

import gc

from lego_api import metrics
from lego_api.adapters import tracing
from lego_api.config import Settings, get_settings
from lego_api.observability import configure_logging

# Objects made, and still there, before Python looks for those in cycles; usually 700. A parts list is tens of thousands
# of tuples and never a cycle: looking through them so often takes a fifth of the time that reading them takes.
OBJECTS_BETWEEN_COLLECTIONS = 50_000


def prepare() -> Settings:
    """The settings; and the process writes its lines, counts and traces as they say, and seldom looks for garbage."""
    settings = get_settings()
    configure_logging(settings.log_level)
    metrics.configure(settings.environment)
    tracing.start(settings)
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    return settings
