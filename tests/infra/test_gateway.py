"""The gateway knows the application's routes, and asks for a token where the application does."""

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from lego_api.app import create_app
from lego_api.config import Settings
from lego_api.web import cors
from tests.support.route_table import CASES
from tests.support.terraform_files import block, json_of, strings, text_of

ROUTES: dict[str, list[str]] = json_of("api", "routes.json")
CORS = json_of("api", "cors.json")
MOST_ROUTES = 300  # of one API, says AWS


@pytest.fixture
def in_production(settings: Settings) -> set[str]:
    """`METHOD /path` of every route, without HEAD, which each GET has."""
    served = settings.model_copy(
        update={"environment": "production", "files_base_url": "https://files.example.com/uploads"}
    )
    return {
        f"{method} {route.path}"
        for route in create_app(served).routes
        if isinstance(route, Route | APIRoute)
        for method in (route.methods or set()) - {"HEAD"}
    }


def test_the_gateway_has_every_route_and_no_other(in_production: set[str]) -> None:
    assert {*ROUTES["public"], *ROUTES["protected"]} == in_production
    assert len(ROUTES["public"]) + len(ROUTES["protected"]) == len(in_production)


def test_what_is_public_at_the_gateway_is_public_in_the_application(in_production: set[str]) -> None:
    public = {case.id for case in CASES if case.public} & in_production
    assert set(ROUTES["public"]) == public
    assert set(ROUTES["protected"]) == {case.id for case in CASES if not case.public} & in_production


def test_heads_and_preflights_are_public_and_the_rest_needs_a_token() -> None:
    text = text_of("api")
    public = block(text, "public_routes = toset(")
    assert '[for key in local.routes.public : replace(key, "GET ", "HEAD ") if startswith(key, "GET ")]' in public
    assert strings(public)[-1] == "OPTIONS /{proxy+}"
    assert "$default" in block(text, "protected_routes = toset(")
    heads = sum(key.startswith("GET ") for key in ROUTES["public"])
    assert len(ROUTES["public"]) + heads + len(ROUTES["protected"]) + 2 <= MOST_ROUTES


def test_the_gateway_answers_cors_as_the_application_does() -> None:
    def listed(headers: dict[str, str], name: str) -> set[str]:
        return set(headers[f"Access-Control-{name}"].split(","))

    assert set(CORS["allow_methods"]) == listed(cors.PREFLIGHT, "Allow-Methods") | {"HEAD"}
    assert set(CORS["allow_headers"]) == listed(cors.PREFLIGHT, "Allow-Headers")
    assert str(CORS["max_age"]) == cors.PREFLIGHT["Access-Control-Max-Age"]
    assert set(CORS["expose_headers"]) >= listed(cors.EVERY_ANSWER, "Expose-Headers")
    assert cors.EVERY_ANSWER["Access-Control-Allow-Credentials"] == "true"
    assert "allow_credentials = true" in text_of("api")
