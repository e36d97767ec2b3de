from collections.abc import Callable

import pytest

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.objects import Objects
from tests.support.user_pool import UsersOfPool
from tests.users.builders import known


@pytest.fixture(scope="session")
def pool(settings: Settings) -> UsersOfPool:
    return UsersOfPool(settings)


@pytest.fixture
def user(api: Api, pool: UsersOfPool) -> User:
    """Somebody whom Cognito knows, and who has neither a name nor a picture."""
    return known(api, pool)


@pytest.fixture
def stored(objects: Objects) -> Callable[[User], set[str]]:
    """The keys of a user's avatars."""
    return lambda user: objects.keys(f"avatars/{user.id}/")
