"""The schema and the page that shows it say what the service really does."""

from typing import Any

import pytest
from fastapi.routing import APIRoute

from lego_api.app import create_app
from lego_api.config import Settings
from tests.support.clients import Api
from tests.support.route_table import CASES

OPERATIONS = ("get", "post", "put", "patch", "delete")

# Not in the schema, on purpose: pages, aliases, and the schema itself.
UNDESCRIBED = {"/", "/docs", "/openapi.json", "/api/health", "/api/health/live"}


@pytest.fixture
def schema(over_http: Api) -> dict[str, Any]:
    answer = over_http.client().get("/openapi.json")
    assert answer.status_code == 200
    described: dict[str, Any] = answer.json()
    return described


def operations(schema: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in OPERATIONS
    }


def test_every_route_is_described(schema: dict[str, Any]) -> None:
    described = {(method, path.replace(":path}", "}")) for method, path in operations(schema)}
    served = {(case.method, case.path.replace(":path}", "}")) for case in CASES if case.path not in UNDESCRIBED}
    assert described == served


def test_operation_ids_are_unique(schema: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(schema).values()]
    assert len(set(ids)) == len(ids)


def test_protected_routes_want_a_bearer(schema: dict[str, Any]) -> None:
    bearer = schema["components"]["securitySchemes"]["bearer"]
    assert (bearer["type"], bearer["scheme"], bearer["bearerFormat"]) == ("http", "bearer", "JWT")
    public = {(case.method, case.path.replace(":path}", "}")) for case in CASES if case.public}
    for route, operation in operations(schema).items():
        assert operation.get("security") == (None if route in public else [{"bearer": []}]), route


def test_errors_look_as_they_do(schema: dict[str, Any], over_http: Api) -> None:
    error = schema["components"]["schemas"]["Error"]
    refused = over_http.client().post("/api/wishlist", json={}).json()
    assert set(error["required"]) <= refused.keys() <= error["properties"].keys()
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    for route, operation in operations(schema).items():
        responses = operation["responses"]
        assert "422" not in responses, route
        assert {"429", "500", "503"} <= responses.keys()
        if "security" in operation:
            assert {"401", "403"} <= responses.keys()
        if "{" in route[1]:
            assert "404" in responses
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= responses.keys()


def test_bodies_are_described(schema: dict[str, Any], settings: Settings) -> None:
    routes = [route for route in create_app(settings).routes if isinstance(route, APIRoute)]
    uploads = {(method, route.path) for route in routes if route.max_body_size for method in route.methods or ()}
    assert uploads
    for route, operation in operations(schema).items():
        if route in uploads:
            form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
            assert any(field.get("items", field).get("format") == "binary" for field in form["properties"].values())
        elif "requestBody" in operation:
            assert list(operation["requestBody"]["content"]) == ["application/json"], route


def test_references_lead_somewhere(schema: dict[str, Any]) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            return [node["$ref"]] if "$ref" in node else [ref for value in node.values() for ref in references(value)]
        return [ref for value in node for ref in references(value)] if isinstance(node, list) else []

    found = set(references(schema))
    assert found
    for reference in found:
        node: Any = schema
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_the_page_works_and_is_the_only_one(api: Api) -> None:
    page = api.client().get("/docs")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "/openapi.json" in page.text
    for path in ("/redoc", "/docs/oauth2-redirect"):
        assert api.client().get(path).status_code == 404


def test_local_routes_exist_nowhere_else(settings: Settings) -> None:
    production = create_app(settings.model_copy(update={"environment": "production"})).openapi()
    assert not [path for path in production["paths"] if "test-" in path]
