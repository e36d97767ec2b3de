"""The users that Cognito knows, and what it has written down about them."""

from typing import Any

import boto3

from lego_api.config import Settings
from tests.support.tokens import username


class UsersOfPool:
    def __init__(self, settings: Settings) -> None:
        self._pool = settings.cognito_user_pool_id
        self._cognito: Any = boto3.client(
            "cognito-idp", region_name=settings.aws_region, endpoint_url=settings.cognito_endpoint_url
        )

    def add(self, user_id: str, **attributes: str) -> None:
        self._cognito.admin_create_user(
            **self._named(user_id), UserAttributes=_listed(attributes), MessageAction="SUPPRESS"
        )

    def delete(self, user_id: str) -> None:
        self._cognito.admin_delete_user(**self._named(user_id))

    def change(self, user_id: str, **attributes: str) -> None:
        self._cognito.admin_update_user_attributes(**self._named(user_id), UserAttributes=_listed(attributes))

    def attributes(self, user_id: str) -> dict[str, str]:
        user = self._cognito.admin_get_user(**self._named(user_id))
        return {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}

    def _named(self, user_id: str) -> dict[str, str]:
        return {"UserPoolId": self._pool, "Username": username(user_id)}


def _listed(attributes: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in attributes.items()]
