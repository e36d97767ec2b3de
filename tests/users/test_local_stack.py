"""The users of the local stack have names and pictures, and keep what they make of them."""

import json
import os
from pathlib import Path
from uuid import uuid4

import jwt
import pytest

from lego_api.dev import seed
from lego_api.dev.aws import USER_POOL_ID
from lego_api.dev.aws.client import client
from lego_api.dev.aws.server import Aws
from lego_api.dev.environment import DEFAULTS
from lego_api.dev.ports import free_port
from lego_api.dev.tokens import SEEDED_USERS, bearer_token
from tests.conftest import BACKEND_VARIABLE
from tests.support.clients import Api
from tests.users.builders import profile


def user_id_of(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


def test_who_gets_a_token_has_a_name(over_http: Api) -> None:
    environment: dict[str, str] = json.loads(os.environ[BACKEND_VARIABLE])
    token = bearer_token(environment, "carol.smith@example.com")
    user_id = user_id_of(token)
    user = over_http.client(Authorization=f"Bearer {token}")
    assert profile(user, user_id)["name"] == "Carol Smith"


def test_seeding_shows_pictures_and_leaves_what_is_there_alone(over_http: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """For users of this test's own: all workers have one pool, and who is seeded twice has a picture elsewhere."""
    environment: dict[str, str] = json.loads(os.environ[BACKEND_VARIABLE])
    monkeypatch.setenv("API_URL", str(over_http.client().base_url))
    users = {}
    for variable in SEEDED_USERS:
        token = bearer_token(environment, f"{uuid4()}@example.com")
        monkeypatch.setenv(variable, token)
        users[user_id_of(token)] = over_http.client(Authorization=f"Bearer {token}")
    seed.main()
    shown = {user_id: profile(user, user_id) for user_id, user in users.items()}
    for own in shown.values():
        assert over_http.client().get(own["avatarUrl"]).status_code == 200
    seed.main()
    assert {user_id: profile(user, user_id) for user_id, user in users.items()} == shown


def test_names_and_pictures_survive_a_restart(tmp_path: Path) -> None:
    aws = Aws(tmp_path, free_port(), durable=True)
    environment = dict(DEFAULTS)
    for variables in aws.offers.values():
        environment |= variables
    cognito = client("cognito-idp", environment)
    user = {"UserPoolId": USER_POOL_ID, "Username": "dave@example.com"}

    def attributes() -> dict[str, str]:
        return {item["Name"]: item["Value"] for item in cognito.admin_get_user(**user)["UserAttributes"]}

    aws.start()
    try:
        bearer_token(environment, "dave@example.com")
        changed = [{"Name": "name", "Value": "Dave Ä"}, {"Name": "picture", "Value": "/uploads/avatars/x.webp"}]
        cognito.admin_update_user_attributes(**user, UserAttributes=changed)
        aws.stop()
        aws.start()
        kept = attributes()
        assert (kept["name"], kept["picture"]) == ("Dave Ä", "/uploads/avatars/x.webp")
        cognito.admin_delete_user_attributes(**user, UserAttributeNames=["picture"])
        aws.stop()
        aws.start()
        assert "picture" not in attributes()
    finally:
        aws.stop()
