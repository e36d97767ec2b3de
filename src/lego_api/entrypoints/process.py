"""What every function of Lambda begins with."""

from lego_api import metrics
from lego_api.adapters import tracing
from lego_api.config import Settings, get_settings
from lego_api.observability import configure_logging


def prepare() -> Settings:
    """The settings; and the process writes its lines, counts and traces as they say."""
    settings = get_settings()
    configure_logging(settings.log_level)
    metrics.configure(settings.environment)
    tracing.start(settings)
    return settings
