import pytest

from lego_api.config import Settings
from tests.support.clients import Api, User
from tests.support.user_pool import UsersOfPool


@pytest.fixture(scope="session")
def pool(settings: Settings) -> UsersOfPool:
    return UsersOfPool(settings)


@pytest.fixture
def user(api: Api, pool: UsersOfPool) -> User:
    """Somebody whom Cognito knows, and who has neither a name nor a picture."""
    return known(api, pool)


def known(api: Api, pool: UsersOfPool, **attributes: str) -> User:
    user = api.user()
    pool.add(user.id, **attributes)
    return user
