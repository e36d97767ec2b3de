"""The stand-in for AWS by itself."""

from pathlib import Path

from lego_api.dev.aws.client import client
from lego_api.dev.aws.server import Aws
from lego_api.dev.environment import DEFAULTS
from lego_api.dev.ports import free_port


class Stand:
    """With the environment that leads to it."""

    def __init__(self, directory: Path) -> None:
        self.aws = Aws(directory, free_port(), durable=True)
        self.environment = dict(DEFAULTS)
        for variables in self.aws.offers.values():
            self.environment |= variables
        self.s3, self.cognito, self.sqs = (
            client(service, self.environment) for service in ("s3", "cognito-idp", "sqs")
        )
