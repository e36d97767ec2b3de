"""Who may do what inside a search domain with fine-grained access."""

from collections.abc import Sequence

from lego_api.adapters.search import SearchCluster
from lego_api.config import Settings
from lego_api.errors import SearchUnavailable

FORBIDDEN = 403


class NotAdministrator(Exception):
    """Whoever asks may not say who may do what."""


async def allow(settings: Settings, role_arns: Sequence[str]) -> str:
    """Lets these roles of AWS, and no others, use the application's indices; nothing else. The role's name inside.

    Said again, it changes nothing. Raises `NotAdministrator` and `SearchUnavailable`.
    """
    prefix = settings.opensearch_index_prefix
    name = f"{prefix}-application"
    cluster = SearchCluster(settings)
    try:
        await cluster.put_role(
            name,
            {
                "cluster_permissions": ["cluster:monitor/health", "cluster_composite_ops"],
                "index_permissions": [{"index_patterns": [f"{prefix}-*"], "allowed_actions": ["indices_all"]}],
            },
        )
        await cluster.map_role(name, {"backend_roles": sorted(set(role_arns))})
    except SearchUnavailable as error:
        if getattr(error.__cause__, "status_code", None) == FORBIDDEN:
            raise NotAdministrator from error
        raise
    finally:
        await cluster.aclose()
    return name
