"""What the functions tell X-Ray of an invocation, seen by an agent: what was waited for, and nothing of what about."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from lego_api.config import Settings
from tests.faults.processes import python
from tests.search.stand_in import Answer, Request, StandIn, hits, in_json
from tests.support.clients import event_of
from tests.support.events import s3_event
from tests.support.objects import Objects
from tests.support.own_database import temporary_database
from tests.support.pictures import JPEG
from tests.support.tokens import token
from tests.support.trace_agent import TraceAgent, attributes
from tests.support.waiting_lists import house_csv, stored, waiting_list

FUNCTION = "lego-test-api"

# Before each invocation Lambda says of which trace it is a part.
INVOKE = """
import json, os, sys
from lego_api.entrypoints.{module} import handler
for line in sys.stdin:
    os.environ["_X_AMZN_TRACE_ID"], event = json.loads(line)
    print("ANSWER " + json.dumps(handler(event, None)), flush=True)
"""


class Function:
    def __init__(self, process: Any, agent: TraceAgent) -> None:
        self._process = process
        self.agent = agent

    def invoke(self, event: Any, *, sampled: str = "1") -> tuple[Any, str, str]:
        """Its answer, and the ids of the trace and of the segment that Lambda has made for the invocation."""
        trace, segment = f"6{uuid4().hex[1:]}", uuid4().hex[:16]
        header = f"Root=1-{trace[:8]}-{trace[8:]};Parent={segment};Sampled={sampled};Lineage=1:abcdef12:0"
        self._process.stdin.write(json.dumps([header, event]) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("ANSWER "):
                return json.loads(line.removeprefix("ANSWER ")), trace, segment
        raise AssertionError("the function has ended")


@contextmanager
def function(settings: Settings, module: str, **variables: str) -> Iterator[Function]:
    with (
        TraceAgent() as agent,
        python(
            settings,
            "-c",
            INVOKE.format(module=module),
            TRACING="xray",
            AWS_XRAY_DAEMON_ADDRESS=agent.address,
            AWS_LAMBDA_FUNCTION_NAME=FUNCTION,
            **variables,
        ) as process,
    ):
        yield Function(process, agent)


def answered(request: Request) -> Answer:
    return in_json({"items": [{"index": {"status": 201}}]}) if request.path.endswith("/_bulk") else hits()


@pytest.fixture(scope="module")
def api(settings: Settings) -> Iterator[Function]:
    with StandIn(answered) as server:
        searching = settings.model_copy(update={"opensearch_url": server.url, "search_timeout": 10.0})
        with function(searching, "http") as started:
            yield started


def request(method: str, path: str, **arguments: Any) -> dict[str, Any]:
    return event_of(httpx.Request(method, f"https://api.example.com{path}", **arguments))


def by_name(spans: Sequence[Span]) -> Mapping[str, Span]:
    return {span.name: span for span in spans}


def check_family(spans: Sequence[Span], root: str, trace: str, segment: str) -> None:
    """All are of Lambda's trace: the root is a part of its segment, and everything else of the root."""
    assert {span.trace_id.hex() for span in spans} == {trace}
    ids = {span.span_id for span in spans}
    for span in spans:
        assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano
        if span.name == root:
            assert (span.parent_span_id.hex(), span.kind) == (segment, Span.SPAN_KIND_SERVER)
        else:
            assert span.parent_span_id in ids
            assert span.kind == Span.SPAN_KIND_CLIENT
    assert sum(span.name == root for span in spans) == 1


def test_a_request_and_what_it_waits_for(api: Function, settings: Settings) -> None:
    user = f"user-{uuid4()}"
    bearer = {"Authorization": f"Bearer {token(settings, user)}"}
    created = request("POST", "/api/mocs?secret=5eCr3t", headers=bearer, json={"title": f"Secret castle of {user}"})
    answer, trace, segment = api.invoke(created)
    assert answer["statusCode"] == 201
    sent = api.agent.receive()
    spans = by_name(sent)
    check_family(sent, "POST /api/mocs", trace, segment)
    assert {"cognito keys", "redis INCR", "postgresql connect", "postgresql INSERT", "postgresql COMMIT"} <= set(spans)
    assert api.agent.resource["service.name"] == FUNCTION
    assert attributes(spans["POST /api/mocs"]) == {
        "http.request.method": "POST",
        "http.route": "/api/mocs",
        "http.response.status_code": 201,
        "lego_api.request_id": created["requestContext"]["requestId"],
    }
    written = str(sent)
    for private in (user, "5eCr3t", "castle", "VALUES", "rate:", settings.s3_bucket, token(settings, user)):
        assert private not in written


def test_the_cache_the_index_and_the_storage(api: Function, settings: Settings) -> None:
    bearer = {"Authorization": f"Bearer {token(settings, str(uuid4()))}"}
    asked = {
        "/api/mocs/search?q=castle": {"opensearch search", "redis INCR"},
        "/api/mocs": {"redis MGET", "redis SET", "postgresql SELECT"},
    }
    for path, waited in asked.items():
        answer, trace, segment = api.invoke(request("GET", path, headers=bearer))
        assert answer["statusCode"] == 200
        spans = api.agent.receive()
        check_family(spans, f"GET {path.partition('?')[0]}", trace, segment)
        assert waited <= set(by_name(spans))
    files = {"image": ("p.jpg", JPEG, "image/jpeg")}
    answer, trace, segment = api.invoke(request("POST", "/api/images", headers=bearer, files=files))
    assert answer["statusCode"] == 201
    assert "s3 PutObject" in by_name(api.agent.receive())


def test_the_user_pool(api: Function, settings: Settings) -> None:
    user = str(uuid4())
    bearer = {"Authorization": f"Bearer {token(settings, user)}"}
    api.invoke(request("PATCH", f"/api/users/{user}", headers=bearer, json={"name": "Anna"}))
    spans = by_name(api.agent.receive())
    refused = spans["cognito AdminUpdateUserAttributes"]
    assert refused.status.code == Status.STATUS_CODE_ERROR
    assert attributes(refused) == {"error.type": "UserNotFoundException"}
    assert refused.status.message == ""
    assert len(refused.events) == 0, "the text of an exception may tell too much"
    assert user not in str(list(spans.values()))


def test_what_lambda_does_not_keep_is_not_told(api: Function) -> None:
    api.agent.received()
    answer, _, _ = api.invoke(request("GET", "/api/mocs/search?size=1"), sampled="0")
    assert answer["statusCode"] == 200
    _, trace, _ = api.invoke(request("GET", "/health/live"))
    (told,) = api.agent.receive()
    assert told.trace_id.hex() == trace


@pytest.mark.parametrize("path", ["/nope/5eCr3t", "/api/mocs/5eCr3t"])
def test_paths_are_not_told(api: Function, path: str) -> None:
    api.invoke(request("GET", path))
    assert "5eCr3t" not in str(api.agent.receive())


def test_the_other_functions(settings: Settings, objects: Objects) -> None:
    with temporary_database(settings) as database:
        own = settings.model_copy(update={"database_url": database.settings_url})
        with function(own, "parts_list_import") as imports:
            waiting = stored(objects, waiting_list(database), house_csv(2))
            _, trace, segment = imports.invoke(s3_event(objects.bucket, waiting.key))
            spans = imports.agent.receive()
            check_family(spans, "parts list import", trace, segment)
            assert {"s3 GetObject", "postgresql COPY", "postgresql COMMIT"} <= set(by_name(spans))
        with function(own, "maintenance") as maintenance:
            _, trace, segment = maintenance.invoke({})
            spans = maintenance.agent.receive()
            check_family(spans, "maintenance", trace, segment)
            assert "postgresql SELECT" in by_name(spans)
