"""The user pool, and its users and groups, kept in one file."""

import json
from datetime import datetime
from functools import partialmethod
from pathlib import Path
from typing import Any

from moto.cognitoidp.models import (
    CognitoIdpUser,
    CognitoIdpUserPool,
    CognitoIdpUserPoolClient,
    UserStatus,
    cognitoidp_backends,
)
from moto.cognitoidp.utils import flatten_attrs
from moto.core.models import DEFAULT_ACCOUNT_ID

from lego_api.dev.aws import ADMIN_GROUP, CLIENT_ID, REGION, USER_POOL_ID
from lego_api.dev.aws.files import replace

TOKEN_SECONDS = 24 * 60 * 60  # the most that Cognito allows: a pasted token works all day
POOL = {
    "UsernameAttributes": ["email"],
    "AutoVerifiedAttributes": ["email"],
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 8,
            "RequireUppercase": False,
            "RequireLowercase": False,
            "RequireNumbers": False,
            "RequireSymbols": False,
        }
    },
}
CLIENT = {
    "ClientName": "web",
    "ExplicitAuthFlows": [
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    ],
    "AccessTokenValidity": 24,
    "IdTokenValidity": 24,
}


def create_user_pool() -> None:
    """Under ids that never change, so that tokens and frontends survive a restart."""
    backend = cognitoidp_backends[DEFAULT_ACCOUNT_ID][REGION]
    pool = CognitoIdpUserPool(DEFAULT_ACCOUNT_ID, REGION, "lego-local", POOL)
    pool.arn = pool.arn.replace(pool.id, USER_POOL_ID)
    pool.id = USER_POOL_ID
    backend.user_pools[pool.id] = pool
    client = CognitoIdpUserPoolClient(pool.id, generate_secret=False, extended_config=CLIENT)
    client.id = CLIENT_ID
    pool.clients[client.id] = client
    backend.create_group(pool.id, ADMIN_GROUP, "Administrators", "", 0)
    # moto ignores the client's AccessTokenValidity and always gives an hour.
    CognitoIdpUserPool.create_jwt = partialmethod(  # type: ignore[method-assign, assignment]
        CognitoIdpUserPool.create_jwt, expires_in=TOKEN_SECONDS
    )


class StoredUsers:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._saved: dict[str, Any] = {}

    def load(self) -> None:
        if self._file.exists():
            self._saved = json.loads(self._file.read_text())
            _restore(self._saved)

    def save(self) -> None:
        current = _describe()
        if current != self._saved:
            replace(self._file, json.dumps(current, indent=2).encode())
            self._saved = current


def _pool() -> CognitoIdpUserPool:
    backend = cognitoidp_backends[DEFAULT_ACCOUNT_ID][REGION]
    return backend.describe_user_pool(USER_POOL_ID)


def _describe() -> dict[str, Any]:
    pool = _pool()
    return {
        "groups": sorted(pool.groups),
        "users": [
            {
                "id": user.id,
                "username": user.username,
                "password": user.password,
                "status": UserStatus(user.status).value,
                "confirmation_code": user.confirmation_code,
                "enabled": user.enabled,
                "attributes": user.attributes,
                "groups": sorted(group.group_name for group in user.groups),
                "created": user.create_date.isoformat(),
            }
            for user in pool.users.values()
        ],
        "refresh_tokens": {token: list(of) for token, of in pool.refresh_tokens.items() if of},
    }


def _restore(state: dict[str, Any]) -> None:
    pool = _pool()
    for name in state["groups"]:
        if name not in pool.groups:
            pool.backend.create_group(pool.id, name, "", "", 0)
    for saved in state["users"]:
        status = UserStatus(saved["status"])  # moto compares these by identity
        user = CognitoIdpUser(pool.id, saved["username"], saved["password"], status, saved["attributes"])
        user.id = saved["id"]
        user.confirmation_code = saved["confirmation_code"]
        user.enabled = saved["enabled"]
        user.create_date = datetime.fromisoformat(saved["created"])
        user.attributes = saved["attributes"]
        user.attribute_lookup = flatten_attrs(saved["attributes"])
        pool.users[user.username] = user
        for name in saved["groups"]:
            pool.backend.admin_add_user_to_group(pool.id, name, user.username)
    pool.refresh_tokens = {token: (of[0], of[1], of[2]) for token, of in state["refresh_tokens"].items()}
