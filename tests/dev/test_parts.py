"""The parts by themselves: from wheels and as stand-ins, with what they remember."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from lego_api.dev import accounts
from lego_api.dev.aws import ADMIN_GROUP, BUCKET, CLIENT_ID, USER_POOL_ID
from lego_api.dev.failure import Failure
from lego_api.dev.health import sql
from lego_api.dev.postgres import Postgres
from lego_api.dev.postgres_installations import WHEEL
from lego_api.dev.stack import Stack
from lego_api.dev.tokens import bearer_token
from tests.dev.stand import Stand

in_wheels = pytest.mark.skipif(find_spec(WHEEL) is None, reason="no wheel of PostgreSQL for this Python and machine")


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    accounts.delete(tmp_path / "postgres")


@pytest.fixture
def own_parts(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DATABASE_URL", "REDIS_URL", "S3_ENDPOINT_URL", "COGNITO_ENDPOINT_URL", "OPENSEARCH_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LEGO_OPENSEARCH", "none")
    return monkeypatch


@in_wheels
def test_all_from_wheels_and_stand_ins(directory: Path, own_parts: pytest.MonkeyPatch) -> None:
    own_parts.setenv("LEGO_POSTGRES", "wheel")
    own_parts.setenv("LEGO_REDIS", "fake")
    with Stack(directory) as stack:
        origins = {part.name: part.origin for part in stack.parts}
        assert origins["PostgreSQL"].startswith("wheel: PostgreSQL ")
        assert origins["Redis"].startswith("stand-in: fakeredis ")
        assert origins["OpenSearch"] == "none: PostgreSQL answers searches (LEGO_OPENSEARCH=none)"
        sql(stack.environment["DATABASE_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
    with Stack(directory) as stack:
        assert sql(stack.environment["DATABASE_URL"], "SELECT answer FROM kept") == 42


@in_wheels
def test_data_of_another_version_is_left_alone(directory: Path, own_parts: pytest.MonkeyPatch) -> None:
    own_parts.setenv("LEGO_POSTGRES", "wheel")
    version = directory / "postgres" / "data" / "PG_VERSION"
    version.parent.mkdir(parents=True)
    version.write_text("14\n")
    with pytest.raises(Failure, match="was made by PostgreSQL 14") as failure:
        Postgres(directory, 1, durable=True).start()
    assert "make clean" in str(failure.value)
    assert version.read_text() == "14\n"


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    stand = Stand(tmp_path_factory.mktemp("aws"))
    stand.aws.start()
    yield stand
    stand.aws.stop()


def test_objects_and_users_are_what_they_were_after_a_restart(stand: Stand) -> None:
    stand.s3.put_object(
        Bucket=BUCKET, Key="a/ä", Body=b"bytes", ContentType="text/x-brick", Metadata={"by": "me"}, Tagging="a=b"
    )
    stand.s3.put_object(Bucket=BUCKET, Key="gone", Body=b"")
    stand.s3.delete_object(Bucket=BUCKET, Key="gone")
    bearer_token(stand.environment, "admin@example.com", admin=True)
    user = {"UserPoolId": USER_POOL_ID, "Username": "admin@example.com"}
    before = stand.cognito.admin_get_user(**user)

    stand.aws.stop()
    stand.aws.start()

    assert [item["Key"] for item in stand.s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["a/ä"]
    kept = stand.s3.get_object(Bucket=BUCKET, Key="a/ä")
    assert (kept["Body"].read(), kept["ContentType"], kept["Metadata"]) == (b"bytes", "text/x-brick", {"by": "me"})
    assert stand.s3.get_object_tagging(Bucket=BUCKET, Key="a/ä")["TagSet"] == [{"Key": "a", "Value": "b"}]
    assert stand.cognito.admin_get_user(**user)["UserAttributes"] == before["UserAttributes"]
    groups = stand.cognito.admin_list_groups_for_user(**user)["Groups"]
    assert [group["GroupName"] for group in groups] == [ADMIN_GROUP]


def test_a_token_for_somebody_with_a_password_of_their_own(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    stand.cognito.sign_up(ClientId=CLIENT_ID, Username="me@example.com", Password="Of my own 1")
    assert bearer_token(stand.environment, "me@example.com").count(".") == 2
    assert "the password of me@example.com is" in capsys.readouterr().err


def test_in_a_pool_that_is_not_ours_nobody_loses_a_password(stand: Stand) -> None:
    pool = stand.cognito.create_user_pool(PoolName="theirs", UsernameAttributes=["email"])["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    web = stand.cognito.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=flows)
    client_id = web["UserPoolClient"]["ClientId"]
    user = {"UserPoolId": pool, "Username": "me@example.com"}
    stand.cognito.admin_create_user(**user, MessageAction="SUPPRESS")
    stand.cognito.admin_set_user_password(**user, Password="Of-my-own-1", Permanent=True)
    theirs = {**stand.environment, "COGNITO_USER_POOL_ID": pool, "COGNITO_CLIENT_IDS": client_id}
    with pytest.raises(Failure, match="gives no token to 'me@example"):
        bearer_token(theirs, "me@example.com")
    signed_in = stand.cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "me@example.com", "PASSWORD": "Of-my-own-1"},
    )
    assert "AuthenticationResult" in signed_in
    assert bearer_token(theirs, "new@example.com").count(".") == 2
