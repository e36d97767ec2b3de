"""`lego-api allow-search`: what it says to a domain, which has to believe that it is the administrator who says it."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.credentials import Credentials

from lego_api.config import Settings
from tests.faults.processes import environment
from tests.search.signatures import WronglySigned, check_signature
from tests.search.stand_in import Answer, Request, StandIn, in_json

ROLES = [f"arn:aws:iam::123456789012:role/lego-production-{name}" for name in ("api", "parts-list-import")]
SECURITY = "/_plugins/_security/api"
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


class Domain(StandIn):
    """Keeps what it is told, as the security plugin does; only to the administrator's signature it listens."""

    def __init__(self) -> None:
        super().__init__(self._told)
        self.kept: dict[str, Any] = {}

    def _told(self, request: Request) -> Answer:
        try:
            check_signature(request, Credentials(KEY, SECRET), region="eu-central-1", service="es")
        except WronglySigned:
            return in_json({"status": "FORBIDDEN", "message": "No permission to access REST API"}, 403)
        assert request.method == "PUT"
        status = 200 if request.path in self.kept else 201
        packed = request.headers.get("content-encoding") == "gzip"
        self.kept[request.path] = json.loads(gzip.decompress(request.body) if packed else request.body)
        return in_json({"status": "OK" if status == 200 else "CREATED", "message": "done"}, status)


@pytest.fixture
def domain() -> Iterator[Domain]:
    with Domain() as domain:
        yield domain


def allow_search(settings: Settings, url: str, *roles: str, secret: str = SECRET) -> tuple[int, str]:
    """Its exit code, and what it printed."""
    about = {"OPENSEARCH_URL": url, "OPENSEARCH_AUTH": "aws", "AWS_REGION": "eu-central-1"}
    prefix = {"OPENSEARCH_INDEX_PREFIX": "lego"}
    credentials = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": secret}
    done = subprocess.run(
        [sys.executable, "-m", "lego_api.cli", "allow-search", *roles],
        env=environment(settings) | about | prefix | credentials,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout


def test_the_roles_may_use_the_applications_indices_and_nothing_else(settings: Settings, domain: Domain) -> None:
    assert allow_search(settings, domain.url, *ROLES) == (0, "lego-application: 2 roles of AWS\n")
    assert domain.kept == {
        f"{SECURITY}/roles/lego-application": {
            "cluster_permissions": ["cluster:monitor/health", "cluster_composite_ops"],
            "index_permissions": [{"index_patterns": ["lego-*"], "allowed_actions": ["indices_all"]}],
        },
        f"{SECURITY}/rolesmapping/lego-application": {"backend_roles": ROLES},
    }
    assert domain.paths() == list(domain.kept), "the role first, and then whose it is"


def test_said_again_it_is_the_same_and_who_is_not_named_is_out(settings: Settings, domain: Domain) -> None:
    mapping = f"{SECURITY}/rolesmapping/lego-application"
    for _ in range(2):
        assert allow_search(settings, domain.url, *reversed(ROLES), ROLES[0])[0] == 0
        assert domain.kept[mapping] == {"backend_roles": ROLES}
    assert allow_search(settings, domain.url, ROLES[0])[0] == 0
    assert domain.kept[mapping] == {"backend_roles": ROLES[:1]}


def test_who_is_not_the_administrator_is_told_so(settings: Settings, domain: Domain) -> None:
    code, printed = allow_search(settings, domain.url, *ROLES, secret="another")
    assert code == 1
    assert printed.splitlines()[-1] == (
        "lego-api: the domain refuses this: run it as the role that administers the domain"
    )
    assert domain.kept == {}


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_a_domain_that_does_not_do_it(settings: Settings, domain: Domain, status: int) -> None:
    """Without fine-grained access, say."""
    domain.answer = lambda _request: in_json({"error": "no handler found"}, status)
    code, printed = allow_search(settings, domain.url, *ROLES)
    assert code == 1
    assert printed.splitlines()[-1].startswith("lego-api: the domain does not do this; see the log above")
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    "role",
    [
        "lego-production-api",
        "arn:aws:sts::123456789012:assumed-role/lego-production-api/session",
        "arn:aws:iam::123456789012:user/anna",
        "arn:aws:iam::12345:role/x",
        "arn:aws:iam::123456789012:role/",
        "*",
    ],
)
def test_what_is_no_role_is_refused_before_anything_is_said(settings: Settings, domain: Domain, role: str) -> None:
    code, printed = allow_search(settings, domain.url, ROLES[0], role)
    assert code == 2
    assert "is not a role of IAM" in printed
    assert domain.requests == []


def test_without_a_domain(settings: Settings) -> None:
    code, printed = allow_search(settings, "", *ROLES)
    assert (code, printed) == (1, "lego-api: OPENSEARCH_URL is not set: there is no search domain\n")
