"""The edge spells paths as the application does: the gateway, which is between the two, knows one spelling only."""

import asyncio
import json
import shutil
import subprocess
from itertools import product

import pytest
from starlette.types import Message, Receive, Scope, Send

from lego_api.web.edge import SECRET, VIEWER
from lego_api.web.paths import CanonicalPath
from tests.support.terraform_files import MODULES, json_of

FUNCTION = MODULES / "edge" / "functions" / "api_request.js"
KEYS = [key for keys in json_of("api", "routes.json").values() for key in keys]
PATHS = sorted({key.split(" ")[1] for key in KEYS})
FIXED = sorted({part for path in PATHS for part in path.split("/") if part and not part.startswith("{")})

ODD = [
    "//",
    "///",
    "//health",
    "/health//",
    "/api/api/",
    "/API/Api/mocs",
    "/api/api/api/mocs",
    "/api/apis/mocs",
    "/api/mocs/SEARCH/",
    "/api/mocs/Ab-Cd",
    "/api/users/User%2FSearch",
    "/api/gallery/TAGS/Download",
    "/openapi.JSON",
    "/api//mocs",
    "/nowhere/At/All/",
]


def spellings(path: str) -> list[str]:
    """In capitals, with a slash at the end, with the prefix twice; its parameters are words that mean what they say."""
    filled = "/".join("Xy-Z" if part.startswith("{") else part for part in path.split("/"))
    written = "/".join("Xy-Z" if part.startswith("{") else part.upper() for part in path.split("/"))
    prefixes = ("", "/API") if path.startswith("/api/") else ("",)
    return [prefix + base + end for prefix, base, end in product(prefixes, (filled, written), ("", "/"))]


async def of_application(paths: list[str]) -> list[str]:
    found: list[str] = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(scope["path"])

    async def receive() -> Message:
        raise AssertionError("nobody asks for a body")

    async def send(_: Message) -> None:
        raise AssertionError("a path of the list was refused")

    application = CanonicalPath(note, route_paths=PATHS)
    for path in paths:
        await application(
            {"type": "http", "method": "GET", "path": path, "raw_path": None, "query_string": b""}, receive, send
        )
    return found


def of_edge(paths: list[str]) -> list[str]:
    if not shutil.which("node"):
        pytest.skip("there is no Node.js: the edge's functions cannot be run")
    code = FUNCTION.read_text().replace("import cf from 'cloudfront';", "")
    code = code.replace("const FIXED_SEGMENTS = [];", f"const FIXED_SEGMENTS = {json.dumps(FIXED)};")
    code += f"\nconsole.log(JSON.stringify({json.dumps(paths)}.map(canonical)));"
    done = subprocess.run(["node", "-e", code], capture_output=True, text=True, timeout=120, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def test_the_edge_and_the_application_spell_every_path_alike() -> None:
    asked = [*ODD, *(spelling for path in PATHS for spelling in spellings(path))]
    wanted = asyncio.run(of_application(asked))
    assert dict(zip(asked, of_edge(asked), strict=True)) == dict(zip(asked, wanted, strict=True))


def test_the_headers_by_which_the_two_know_each_other_have_one_name() -> None:
    code = FUNCTION.read_text()
    assert f"request.headers['{SECRET}'] = " in code
    assert f"request.headers['{VIEWER}'] = " in code
