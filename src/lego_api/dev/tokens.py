"""Bearer tokens of the stack's user pool."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from lego_api.adapters.identity import LOCAL_PASSWORD
from lego_api.dev.aws import ADMIN_GROUP, USER_POOL_ID
from lego_api.dev.aws.client import client
from lego_api.dev.failure import Failure

# The users whom `lego_api.dev.seed` gives something to, by the variables in which it finds their tokens.
SEEDED_USERS = {"ALICE_TOKEN": "alice@example.com", "BOB_TOKEN": "bob@example.com"}


def bearer_token(environment: Mapping[str, str], email: str, *, admin: bool = False) -> str:
    """A fresh access token, with `cognito:groups` for an admin. Creates the user, or makes it an admin, if need be.

    Raises `Failure`.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return _bearer_token(client("cognito-idp", environment), environment, email, admin=admin)
    except (BotoCoreError, ClientError) as error:
        address = environment["COGNITO_ENDPOINT_URL"]
        raise Failure(f"Cognito at {address} gives no token to {email!r}: {error}") from error


def seed_variables(environment: Mapping[str, str], api_url: str) -> dict[str, str]:
    """What `python -m lego_api.dev.seed` needs to know, beside the environment of the stack."""
    tokens = {variable: bearer_token(environment, email) for variable, email in SEEDED_USERS.items()}
    return {"API_URL": api_url, **tokens}


def _bearer_token(cognito: Any, environment: Mapping[str, str], email: str, *, admin: bool) -> str:
    user = {"UserPoolId": environment["COGNITO_USER_POOL_ID"], "Username": email}
    name = email.partition("@")[0].replace(".", " ").title()
    attributes = {"email": email, "email_verified": "true", "name": name}
    described = [{"Name": name, "Value": value} for name, value in attributes.items()]
    with suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(**user, UserAttributes=described, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(**user, Password=LOCAL_PASSWORD, Permanent=True)
    if admin:
        cognito.admin_add_user_to_group(**user, GroupName=ADMIN_GROUP)
    try:
        return _sign_in(cognito, environment, email)
    except (cognito.exceptions.NotAuthorizedException, cognito.exceptions.UserNotConfirmedException):
        # Who signed up through the web app has a password of their own. In a real pool it stays.
        if environment["COGNITO_USER_POOL_ID"] != USER_POOL_ID:
            raise
    cognito.admin_set_user_password(**user, Password=LOCAL_PASSWORD, Permanent=True)
    print(f"the password of {email} is {LOCAL_PASSWORD} now", file=sys.stderr)
    return _sign_in(cognito, environment, email)


def _sign_in(cognito: Any, environment: Mapping[str, str], email: str) -> str:
    answer = cognito.admin_initiate_auth(
        UserPoolId=environment["COGNITO_USER_POOL_ID"],
        ClientId=environment["COGNITO_CLIENT_IDS"].split(",")[0].strip(),
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": LOCAL_PASSWORD},
    )
    if challenge := answer.get("ChallengeName"):
        raise Failure(f"{email} must first answer Cognito's challenge {challenge}: sign in through the web app")
    token: str = answer["AuthenticationResult"]["AccessToken"]
    return token
