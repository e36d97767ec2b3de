"""The users of the local stack have names and pictures, and keep what they make of them."""

import json
import os
from pathlib import Path

import jwt
import pytest

from lego_api.config import Settings
from lego_api.dev import seed
from lego_api.dev.aws import USER_POOL_ID
from lego_api.dev.aws.client import client
from lego_api.dev.aws.server import Aws
from lego_api.dev.environment import DEFAULTS
from lego_api.dev.ports import free_port
from lego_api.dev.tokens import bearer_token, seed_variables
from tests.conftest import BACKEND_VARIABLE
from tests.support.clients import Api
from tests.users.builders import profile


def test_who_gets_a_token_has_a_name(over_http: Api) -> None:
    environment: dict[str, str] = json.loads(os.environ[BACKEND_VARIABLE])
    token = bearer_token(environment, "carol.smith@example.com")
    user_id = jwt.decode(token, options={"verify_signature": False})["sub"]
    user = over_http.client(Authorization=f"Bearer {token}")
    assert profile(user, user_id)["name"] == "Carol Smith"


def test_the_seeded_users(settings: Settings, over_http: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    environment: dict[str, str] = json.loads(os.environ[BACKEND_VARIABLE])
    variables = seed_variables(environment, str(over_http.client().base_url))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    seed.main()
    shown = {}
    for name in ("ALICE_TOKEN", "BOB_TOKEN"):
        user_id = jwt.decode(variables[name], options={"verify_signature": False})["sub"]
        shown[user_id] = profile(over_http.client(Authorization=f"Bearer {variables[name]}"), user_id)
    assert [own["name"] for own in shown.values()] == ["Alice", "Bob"]
    for own in shown.values():
        assert over_http.client().get(own["avatarUrl"]).status_code == 200
    seed.main()
    for user_id, own in shown.items():
        assert profile(over_http.client(), user_id).items() <= own.items(), "what is there is left alone"


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
