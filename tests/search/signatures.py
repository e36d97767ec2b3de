"""Checks a signed request as AWS does: from what arrived, and nothing else."""

import hashlib
from urllib.parse import parse_qsl, quote, urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.search.stand_in import Request

SCHEME = "AWS4-HMAC-SHA256 "


class WronglySigned(Exception): ...


def check_signature(request: Request, credentials: Credentials, *, region: str, service: str) -> None:
    """Raises `WronglySigned`, and says in what."""
    authorization = request.headers.get("authorization", "")
    if not authorization.startswith(SCHEME):
        raise WronglySigned("not signed")
    parts = dict(part.strip().split("=", 1) for part in authorization.removeprefix(SCHEME).split(","))
    moment = request.headers["x-amz-date"]
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    if parts["Credential"] != f"{credentials.access_key}/{scope}":
        raise WronglySigned(f"by somebody else, or for something else: {parts['Credential']}")
    names = parts["SignedHeaders"].split(";")
    if "host" not in names or any(name.startswith("x-amz-") and name not in names for name in request.headers):
        raise WronglySigned(f"not all headers that must be: {names}")
    if request.headers["x-amz-content-sha256"] != hashlib.sha256(request.body).hexdigest():
        raise WronglySigned("for another body")
    if request.headers.get("x-amz-security-token") != credentials.token:
        raise WronglySigned("for another session")
    if parts["Signature"] != _signature(request, credentials, names, region=region, service=service):
        raise WronglySigned("the signature is wrong")


def _signature(request: Request, credentials: Credentials, names: list[str], *, region: str, service: str) -> str:
    path, _, query = request.target.partition("?")
    # As AWS reads it, and writes it again in the one way that is signed.
    query = urlencode(parse_qsl(query, keep_blank_values=True), quote_via=quote, safe="-_.~")
    signed = AWSRequest(
        method=request.method,
        url=f"http://{request.headers['host']}{path}?{query}",
        data=request.body,
        headers={name: request.headers[name] for name in names},
    )
    signed.context["timestamp"] = request.headers["x-amz-date"]
    auth = SigV4Auth(credentials, service, region)
    signature: str = auth.signature(auth.string_to_sign(signed, auth.canonical_request(signed)), signed)
    return signature
