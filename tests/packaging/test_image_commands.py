"""The function of the image that people and the pipeline call, and what a function does that cannot start."""

import json
from collections.abc import Callable, Iterator

import pytest

from lego_api.config import Settings
from tests.faults.test_maintenance import done, leave_object
from tests.mocs.builders import new_moc, unused_title
from tests.support.clients import Api
from tests.support.database import Database
from tests.support.image import Image
from tests.support.image_functions import FunctionError, Gateway, ImageFunction, image_function, variables_of
from tests.support.measurements import MEASURED
from tests.support.objects import Objects
from tests.support.own_database import temporary_database

pytestmark = pytest.mark.large

MEMORY = 512  # megabytes
PASSWORD = "5eCr3t-of-the-database"


def variables(settings: Settings, database: Database) -> dict[str, str]:
    return variables_of(settings.model_copy(update={"database_url": database.settings_url, "redis_url": None}))


@pytest.fixture(scope="module")
def commands(image: Image, production_settings: Settings, module_database: Database) -> Iterator[ImageFunction]:
    with image_function(image, "commands", variables(production_settings, module_database)) as function:
        yield function


def test_an_empty_database_is_migrated_and_then_there_is_nothing_to_do(
    image: Image, production_settings: Settings, record_property: Callable[[str, object], None]
) -> None:
    with (
        temporary_database(production_settings, template=None) as database,
        image_function(image, "commands", variables(production_settings, database)) as commands,
    ):
        for _ in range(2):
            assert commands.invoke({"command": ["migrate"]})["exitCode"] == 0
            assert database.count("alembic_version") == 1
            assert database.count("moc_instructions") == 0
        seconds, megabytes = commands.init_seconds, commands.peak_megabytes
    record_property(MEASURED, f"image, commands: {seconds:.2f} s to start, {megabytes} MB with a migration")
    assert 30 < megabytes < MEMORY


def test_what_a_command_prints_is_answered_and_logged(
    commands: ImageFunction, module_database: Database, objects: Objects
) -> None:
    key = leave_object(module_database, objects)
    answer = commands.invoke({"command": ["relay"]})
    assert (answer["exitCode"], json.loads(answer["output"].splitlines()[-1])) == (0, done(relayed=1))
    assert key not in objects.keys("test/")
    assert commands.line(lambda line: "relayed" in line) == done(relayed=1)


@pytest.mark.parametrize(
    ("event", "type", "said"),
    [
        ({"command": ["stamp", "no-such-revision"]}, "CommandFailed", "no-such-revision"),
        ({"command": ["no-such-command"]}, "CommandFailed", "invalid choice"),
        ({"command": []}, "CommandFailed", "required: COMMAND"),
        ({"command": "migrate"}, "ValueError", '{"command": ["word", ...]}'),
        ({"command": [1]}, "ValueError", '{"command": ["word", ...]}'),
        ({}, "ValueError", '{"command": ["word", ...]}'),
        ([], "ValueError", '{"command": ["word", ...]}'),
        ("migrate", "ValueError", '{"command": ["word", ...]}'),
    ],
    ids=repr,
)
def test_a_command_that_fails_fails_its_invocation_and_no_other(
    commands: ImageFunction, event: object, type: str, said: str
) -> None:
    with pytest.raises(FunctionError) as error:
        commands.invoke(event)
    assert (error.value.kind, error.value.type) == ("error", type)
    assert said in error.value.message
    assert commands.invoke({"command": ["migrate", "--help"]})["exitCode"] == 0


def test_the_index_is_built_and_then_searched(image: Image, own_search_settings: Settings) -> None:
    """As after the cutover: what is in the database already is searched, and what is written from then on."""
    variables = variables_of(own_search_settings.model_copy(update={"environment": "production"}))
    with image_function(image, "http", variables) as http, image_function(image, "commands", variables) as commands:
        api = Api(own_search_settings, "https://api.example.com", Gateway(http))
        user, title = api.user(), unused_title()
        moc = new_moc(user, title=title)
        assert commands.invoke({"command": ["reindex"]})["exitCode"] == 0
        found = user.get("/api/mocs/search", params={"q": title}).json()
        assert (found["source"], [moc["id"] for moc in found["mocs"]]) == ("opensearch", [moc["id"]])
        api.close()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", f"mysql://lego:{PASSWORD}@database/lego", "must start with postgresql://"),
        ("CSRF_SECRET", PASSWORD[:12], "csrf_secret"),
    ],
)
def test_a_function_that_cannot_start_says_why_and_no_secret(
    image: Image, production_settings: Settings, name: str, value: str, said: str
) -> None:
    given = production_settings.model_copy(update={"database_url": f"postgresql://lego:{PASSWORD}@database/lego"})
    with image_function(image, "http", variables_of(given) | {name: value}) as function:
        with pytest.raises(FunctionError) as error:
            function.outcome()
        assert (error.value.kind, error.value.type) == ("init error", "ValidationError")
        assert said in error.value.message
        with pytest.raises(FunctionError, match="ended"):
            function.outcome()
        assert function.process.wait(60) == 1
    assert PASSWORD[:10] not in error.value.message + function.log


def test_a_handler_that_is_not_there_is_an_error(image: Image) -> None:
    with image_function(image, "https", {}) as function, pytest.raises(FunctionError) as error:
        function.outcome()
    assert (error.value.kind, error.value.type) == ("init error", "Runtime.ImportModuleError")
