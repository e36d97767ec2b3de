"""The variables that make the application use the stack."""

import os
from collections.abc import Mapping

from pydantic import ValidationError

from lego_api.config import Settings
from lego_api.dev.failure import Failure

# A part of the stack whose address is set already is not started; these must then come with the address.
COMPANIONS: Mapping[str, tuple[str, ...]] = {
    "DATABASE_URL": (),
    "REDIS_URL": (),
    "S3_ENDPOINT_URL": ("S3_BUCKET",),
    "COGNITO_ENDPOINT_URL": ("COGNITO_USER_POOL_ID", "COGNITO_CLIENT_IDS"),
}

OPENSEARCH_URL = "OPENSEARCH_URL"  # of the part that everything works without
OPENSEARCH_OPTIONS = ("OPENSEARCH_AUTH", "OPENSEARCH_INDEX_PREFIX")
QUEUE_URL = "PARTS_LIST_QUEUE_URL"  # where the bucket tells of stored parts lists; a given S3 need not have one

# Where frontends usually run on a developer's machine.
FRONTEND_PORTS = (3000, 3001, 3002, 5173)
FRONTENDS = ",".join(f"http://{host}:{port}" for host in ("localhost", "127.0.0.1") for port in FRONTEND_PORTS)

# A variable that is already set wins over these.
DEFAULTS = {
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local-secret",
    "CSRF_SECRET": "a secret that is only ever used on a developer's machine",
    "CORS_ORIGINS": FRONTENDS,
    "CSRF_ORIGINS": FRONTENDS,
    # A developer who reloads all day is not an attacker.
    "RATE_LIMIT_GENERAL": "10000",
    "RATE_LIMIT_UPLOADS": "1000",
    "RATE_LIMIT_PROFILE_FAILURES": "1000",
}


def given(name: str) -> str | None:
    """A variable that we were started with; empty is as good as none."""
    return os.environ.get(name) or None


def isolate() -> None:
    """Makes this process and its children reach this machine without a proxy, and AWS as nobody whom it knows."""
    bypass = ",".join(filter(None, (given("NO_PROXY") or given("no_proxy"), "localhost,127.0.0.1")))
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = bypass
    for profile in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):  # one that is not configured stops every client
        os.environ.pop(profile, None)


def compose(offers: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The application's environment. `offers` has, by the name of a part's address, the variables that lead to it."""
    variables = {name: given(name) or default for name, default in DEFAULTS.items()}
    for address, companions in COMPANIONS.items():
        variables |= _given_with(address, companions) if given(address) else offers[address]
    variables |= offers.get(OPENSEARCH_URL, {})
    for optional in (OPENSEARCH_URL, *OPENSEARCH_OPTIONS, QUEUE_URL):
        if value := given(optional):
            variables.setdefault(optional, value)
    if "COGNITO_JWKS_URL" not in variables:
        pool = f"{variables['COGNITO_ENDPOINT_URL'].rstrip('/')}/{variables['COGNITO_USER_POOL_ID']}"
        variables["COGNITO_JWKS_URL"] = given("COGNITO_JWKS_URL") or f"{pool}/.well-known/jwks.json"
    variables |= {"ENVIRONMENT": "local", "AWS_DEFAULT_REGION": variables["AWS_REGION"]}
    _validate(variables)
    return variables


def _given_with(address: str, companions: tuple[str, ...]) -> dict[str, str]:
    values = {name: given(name) for name in (address, *companions)}
    if missing := [name for name, value in values.items() if value is None]:
        raise Failure(f"{address} is set, so these must be set too: {', '.join(missing)}")
    return {name: value for name, value in values.items() if value is not None}


def _validate(variables: Mapping[str, str]) -> None:
    """Raises `Failure` when the application could not read its settings; the values may be secrets and stay out."""
    fields = {name.lower(): value for name, value in variables.items() if name.lower() in Settings.model_fields}
    try:
        Settings(**fields)  # type: ignore[arg-type]  # and the rest of them from our own environment, as it will
    except ValidationError as error:
        why = {str(wrong["loc"][0]).upper(): wrong["msg"].removeprefix("Value error, ") for wrong in error.errors()}
        lines = (f"{name}: {message}" for name, message in why.items())
        raise Failure("\n  ".join(["these environment variables cannot be used:", *lines])) from None
