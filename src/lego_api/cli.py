"""`lego-api`: the commands of this project. Each imports what it needs when it runs."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config

    from lego_api.config import Settings

Arguments = argparse.Namespace


def dev(arguments: Arguments) -> None:
    """run the API with everything it needs, and show where"""
    from lego_api.dev.serve import serve

    serve(arguments.port, arguments.host)


def migrate(_: Arguments) -> None:
    """bring the database of DATABASE_URL, or of the running stack, up to date"""
    from alembic import command

    _alembic(lambda config: command.upgrade(config, "head"))


def stamp(arguments: Arguments) -> None:
    """say of a database, without touching its tables, that it is at a revision: 0001 is what the Express server left"""
    from alembic import command

    _alembic(lambda config: command.stamp(config, arguments.revision))


def _alembic(run: Callable[["Config"], None]) -> None:
    from pathlib import Path

    from alembic.config import Config

    from lego_api.errors import Unavailable

    _need("DATABASE_URL")
    config = Config()
    package = Path(__file__).resolve().parent
    # In the image they lie beside the package, in a checkout beside `src`.
    places = (package.parent / "migrations", package.parents[1] / "migrations")
    config.set_main_option("script_location", str(next(place for place in places if place.is_dir())))
    try:
        run(config)
    except (OSError, Unavailable) as error:
        from lego_api.dev.failure import Failure

        raise Failure(f"the database of DATABASE_URL cannot be reached: {error}") from error


def seed(_: Arguments) -> None:
    """fill the running stack with example data; what is there already stays as it is"""
    import os

    from lego_api.dev import seed as examples
    from lego_api.dev.running import adopt
    from lego_api.dev.tokens import seed_variables

    stack = adopt()
    os.environ.update(seed_variables(stack.environment, stack.api_url))
    examples.main()


def token(arguments: Arguments) -> None:
    """print a fresh bearer token for a user of the running stack, who is created if unknown"""
    from lego_api.dev.running import adopt
    from lego_api.dev.tokens import bearer_token

    print(bearer_token(adopt().environment, arguments.email, admin=arguments.admin))


def relay(arguments: Arguments) -> None:
    """do the maintenance now: finish what requests have left over, and print how much of what that was"""
    import asyncio
    import json
    from dataclasses import asdict

    from lego_api import maintenance

    settings = _settings()
    if arguments.revive:
        print(f"{asyncio.run(maintenance.revive(settings))} dead entries are due again", file=sys.stderr)
    print(json.dumps(asdict(asyncio.run(maintenance.run_alone(settings)))))


def reindex(arguments: Arguments) -> None:
    """build the search index anew from the database, while everything goes on; run again, it goes on where it ended"""
    import asyncio

    from lego_api import reindexing

    settings = _settings()
    if not settings.opensearch_url:
        from lego_api.dev.failure import Failure

        raise Failure("OPENSEARCH_URL is not set: there is no search index, and PostgreSQL answers searches")
    job = {"check": reindexing.check, "mend": reindexing.mend}.get(arguments.instead or "", reindexing.rebuild)
    if not asyncio.run(job(settings, [arguments.kind] if arguments.kind else None)):
        sys.exit(1)


def allow_search(arguments: Arguments) -> None:
    """let roles of AWS, and no others, use this application's indices in a search domain with fine-grained access"""
    import asyncio

    from lego_api.adapters.search_access import NotAdministrator, allow
    from lego_api.dev.failure import Failure
    from lego_api.errors import SearchUnavailable

    settings = _settings()
    if not settings.opensearch_url:
        raise Failure("OPENSEARCH_URL is not set: there is no search domain")
    try:
        role = asyncio.run(allow(settings, arguments.roles))
    except NotAdministrator:
        raise Failure("the domain refuses this: run it as the role that administers the domain") from None
    except SearchUnavailable as error:
        raise Failure(f"the domain does not do this; see the log above ({type(error.__cause__).__name__})") from None
    print(f"{role}: {len(set(arguments.roles))} roles of AWS")


def _settings() -> "Settings":
    """Of the running stack, where our environment lacks something."""
    from lego_api.config import Settings, get_settings

    _need(*(name.upper() for name, field in Settings.model_fields.items() if field.is_required()))
    return get_settings()


def openapi(_: Arguments) -> None:
    """print the schema of the API as production serves it"""
    import json

    from pydantic import SecretStr

    from lego_api.app import create_app
    from lego_api.config import Settings

    unused = "not-connected-to"
    settings = Settings(
        environment="production",
        database_url=f"postgresql://{unused}",
        s3_bucket=unused,
        cognito_user_pool_id=unused,
        cognito_client_ids=(unused,),
        csrf_secret=SecretStr(unused),
    )
    print(json.dumps(create_app(settings).openapi(), indent=2))


def _need(*variables: str) -> None:
    """Takes the environment of the running stack if ours lacks a variable."""
    import os

    if missing := [name for name in variables if not os.environ.get(name)]:
        from lego_api.dev.failure import Failure
        from lego_api.dev.running import adopt

        try:
            adopt()
        except Failure as failure:
            raise Failure(f"{failure}, or set {', '.join(missing)}") from None


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 1 to 65535")
    return int(text)


def _role_arn(text: str) -> str:
    import re

    if not re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a role of IAM, such as arn:aws:iam::123456789012:role/name")
    return text


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="lego-api")
    commands = root.add_subparsers(required=True, metavar="COMMAND")

    def add(run: Callable[[Arguments], None]) -> argparse.ArgumentParser:
        command = commands.add_parser(run.__name__.replace("_", "-"), help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        return command

    dev_command = add(dev)
    dev_command.add_argument("--port", type=_port, default=9000)
    dev_command.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    add(migrate)
    add(stamp).add_argument("revision")
    add(seed)
    token_command = add(token)
    token_command.add_argument("email")
    token_command.add_argument("--admin", action="store_true", help="make the user an administrator")
    relay_command = add(relay)
    relay_command.add_argument("--revive", action="store_true", help="try what was given up once more, first")
    reindex_command = add(reindex)
    reindex_command.add_argument("kind", nargs="?", help="mocs, gallery-images or wishes; all if it is left out")
    instead = reindex_command.add_mutually_exclusive_group()
    for name, what in (("check", "print what differs, and build nothing"), ("mend", "correct only what differs")):
        instead.add_argument(f"--{name}", dest="instead", action="store_const", const=name, help=what)
    allow_command = add(allow_search)
    allow_command.add_argument("roles", nargs="+", type=_role_arn, metavar="ROLE_ARN", help="all of them, each time")
    add(openapi)
    return root


def main() -> int:
    from lego_api.dev.failure import Failure

    arguments = parser().parse_args()
    try:
        arguments.run(arguments)
    except Failure as failure:
        print(f"lego-api: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
