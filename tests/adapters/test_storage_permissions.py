"""The forms that clients send to S3 by themselves; and names so long that S3 would not keep them."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from lego_api.adapters.content_disposition import attachment
from lego_api.adapters.storage import Storage
from lego_api.config import Settings
from tests.support.database import run
from tests.support.objects import Objects

KEY = "mocs/anna/plan.pdf"


def presigned(settings: Settings, *, size: int = 5) -> tuple[str, dict[str, str]]:
    async def sign() -> tuple[str, dict[str, str]]:
        storage = Storage(settings)
        try:
            return await storage.presigned_post(KEY, "application/pdf", size, seconds=900)
        finally:
            await storage.aclose()

    return run(sign())


def in_aws(settings: Settings, region: str) -> Settings:
    changes: dict[str, Any] = {"s3_endpoint_url": None, "s3_public_endpoint_url": None}
    return settings.model_copy(update=changes | {"aws_region": region, "s3_bucket": "lego-files"})


@pytest.mark.parametrize("region", ["eu-west-1", "ap-southeast-2"])
def test_in_aws_the_address_is_that_of_the_bucket_in_its_region(settings: Settings, region: str) -> None:
    """The global one would redirect, and a browser does not follow with a form of another origin."""
    url, fields = presigned(in_aws(settings, region))
    assert url == f"https://lego-files.s3.{region}.amazonaws.com/"
    assert fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert fields["x-amz-credential"].endswith(f"/{region}/s3/aws4_request")


def test_browsers_may_reach_the_bucket_under_another_address(settings: Settings) -> None:
    url, _ = presigned(settings.model_copy(update={"s3_public_endpoint_url": "http://localhost:9999"}))
    assert url == f"http://localhost:9999/{settings.s3_bucket}"


def test_the_form_of_a_role_says_which_session_signed_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a token")
    _, fields = presigned(in_aws(settings, "eu-west-1"))
    assert fields["x-amz-security-token"] == "a token"


def test_everything_is_signed_and_so_is_the_size(settings: Settings) -> None:
    before = datetime.now(UTC)
    _, fields = presigned(settings, size=1234)
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert ["content-length-range", 1234, 1234] in policy["conditions"]
    signed = dict(pair for part in policy["conditions"] if isinstance(part, dict) for pair in part.items())
    assert signed.pop("bucket") == settings.s3_bucket
    assert signed == {name: value for name, value in fields.items() if name not in ("policy", "x-amz-signature")}
    assert signed["key"] == KEY
    assert signed["Content-Type"] == "application/pdf"
    assert signed["x-amz-server-side-encryption"] == "AES256"
    good_for = datetime.fromisoformat(policy["expiration"]) - before
    assert 899 <= good_for.total_seconds() < 960


def test_the_form_works_and_the_object_is_what_it_says(settings: Settings, objects: Objects) -> None:
    url, fields = presigned(settings)
    assert httpx.post(url, data=fields, files={"file": b"%PDF-"}).status_code == 204
    stored = objects.get(KEY)
    assert (stored["Body"].read(), stored["ContentType"]) == (b"%PDF-", "application/pdf")


@pytest.mark.parametrize(
    "name",
    [
        "\N{BRICK}" * 196 + ".pdf",
        "城" * 196 + ".pdf",
        "a" + "ä" * 195 + ".pdf",
        "é%" * 98 + ".pdf",
        "a." + "城" * 198,
        "城" * 20_000 + ".pdf",
        "." + "城" * 199,
    ],
    ids=lambda name: f"{name[:2]}...{name[-2:]}",
)
def test_a_long_name_is_shortened_to_what_s3_keeps(name: str) -> None:
    """S3 keeps 2 KB of headers with an object; those beside this one take 100 bytes."""
    header = attachment(name)
    assert 800 < len(header) < 1500
    kept = unquote(header.partition("filename*=UTF-8''")[2], errors="strict")
    if name.endswith(".pdf"):
        assert kept.endswith(".pdf")
        assert name.startswith(kept.removesuffix(".pdf"))
    else:
        assert name.startswith(kept[:20])
    assert kept.encode().decode() == kept
