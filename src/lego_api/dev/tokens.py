"""Bearer tokens of the stack's user pool."""

from collections.abc import Mapping
from contextlib import suppress

from lego_api.dev.aws import ADMIN_GROUP

PASSWORD = "local-Password-1"  # of every user that is made here
# The users whom `lego_api.dev.seed` gives something to, by the variables in which it finds their tokens.
SEEDED_USERS = {"ALICE_TOKEN": "alice@example.com", "BOB_TOKEN": "bob@example.com"}


def bearer_token(environment: Mapping[str, str], email: str, *, admin: bool = False) -> str:
    """A fresh access token, with `cognito:groups` for an admin. Creates the user, or makes it an admin, if need be."""
    from botocore.config import Config
    from botocore.session import Session

    client = Session().create_client(
        "cognito-idp",
        region_name=environment["AWS_REGION"],
        endpoint_url=environment["COGNITO_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=Config(proxies={}, connect_timeout=5, read_timeout=10),
    )
    user = {"UserPoolId": environment["COGNITO_USER_POOL_ID"], "Username": email}
    verified = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    with suppress(client.exceptions.UsernameExistsException):
        client.admin_create_user(**user, UserAttributes=verified, MessageAction="SUPPRESS")
    client.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
    if admin:
        client.admin_add_user_to_group(**user, GroupName=ADMIN_GROUP)
    answer = client.admin_initiate_auth(
        UserPoolId=environment["COGNITO_USER_POOL_ID"],
        ClientId=environment["COGNITO_CLIENT_IDS"].split(",")[0],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
    )
    token: str = answer["AuthenticationResult"]["AccessToken"]
    return token


def seed_variables(environment: Mapping[str, str], api_url: str) -> dict[str, str]:
    """What `python -m lego_api.dev.seed` needs to know, beside the environment of the stack."""
    tokens = {variable: bearer_token(environment, email) for variable, email in SEEDED_USERS.items()}
    return {"API_URL": api_url, **tokens}
