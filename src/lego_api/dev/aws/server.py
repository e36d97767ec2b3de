"""Starts and stops the stand-in for AWS."""

import sys
from importlib.metadata import version
from pathlib import Path

from lego_api.dev import health
from lego_api.dev.aws import ACCOUNT_ID, BUCKET, CLIENT_ID, QUEUE, REGION, USER_POOL_ID
from lego_api.dev.ports import HOST
from lego_api.dev.processes import Child

JWKS_PATH = f"/{USER_POOL_ID}/.well-known/jwks.json"


class Aws:
    def __init__(self, directory: Path, port: int, *, durable: bool) -> None:
        self._directory = directory
        self._port = port
        self._durable = durable
        self.child: Child | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    @property
    def offers(self) -> dict[str, dict[str, str]]:
        return {
            "S3_ENDPOINT_URL": {
                "S3_ENDPOINT_URL": self.url,
                "S3_BUCKET": BUCKET,
                "PARTS_LIST_QUEUE_URL": f"{self.url}/{ACCOUNT_ID}/{QUEUE}",
            },
            "COGNITO_ENDPOINT_URL": {
                "COGNITO_ENDPOINT_URL": self.url,
                "COGNITO_USER_POOL_ID": USER_POOL_ID,
                "COGNITO_CLIENT_IDS": CLIENT_ID,
                "COGNITO_ISSUER_URL": f"https://cognito-idp.{REGION}.amazonaws.com/{USER_POOL_ID}",
                "COGNITO_JWKS_URL": f"{self.url}{JWKS_PATH}",
                "AWS_REGION": REGION,
            },
        }

    @property
    def origin(self) -> str:
        return f"stand-in: moto {version('moto')}"

    def start(self) -> None:
        command: list[str | Path] = [sys.executable, "-m", "lego_api.dev.aws", "--port", str(self._port)]
        if self._durable:
            command += ["--state", self._directory / "aws"]
        self.child = Child("aws", command, directory=self._directory)
        self.child.start()
        self.child.wait_for(lambda: health.get_local(self._port, JWKS_PATH))

    def stop(self) -> None:
        if self.child:
            self.child.stop()
