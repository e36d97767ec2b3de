"""Settings: read from the environment once, in an entrypoint, and passed down.

Each field is the environment variable of the same name in capitals. Lists are written with commas.
"""

from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, FilePath, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def asyncpg_url(url: str) -> str:
    """The scheme every tool writes (`postgresql://`), with the driver this application uses."""
    scheme, separator, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql", "postgresql+asyncpg") or not separator:
        raise ValueError("must start with postgresql://")
    return f"postgresql+asyncpg://{rest}"


def _redis_url(url: str) -> str:
    if not url.startswith(("redis://", "rediss://")):
        raise ValueError("must start with redis:// or rediss://")
    return url


def _http_url(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("must start with https:// or http://")
    return url


def _files_url(url: str) -> str:
    if url != FILES_PATH and not url.startswith(("https://", "http://")):
        raise ValueError(f"must be an absolute URL, or {FILES_PATH}: then the application serves the files itself")
    return url.rstrip("/")


FILES_PATH = "/uploads"  # where the application itself serves stored files

Seconds = Annotated[float, Field(gt=0)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class DatabaseSettings(BaseSettings):
    """All that a migration needs to know."""

    # What was given may be a password: errors tell what is wrong with it, and nobody what it was.
    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    aws_region: str = "us-east-1"

    database_url: Annotated[str, AfterValidator(asyncpg_url)]
    # "iam": the process's role signs in, as RDS Proxy wants it. "secret": with the password in `database_secret_arn`.
    # Both by TLS, with certificates of an authority in `database_ca_file`, or else of one that the machine trusts.
    database_auth: Literal["url", "iam", "secret"] = "url"
    database_secret_arn: str | None = None
    database_ca_file: FilePath | None = None
    database_pool_size: Annotated[int, Field(ge=1)] = 2
    database_timeout: Seconds = 10.0  # seconds for one statement; connecting gets half of it

    @model_validator(mode="after")
    def _has_what_its_authentication_needs(self) -> Self:
        if self.database_auth == "secret" and not self.database_secret_arn:
            raise ValueError("database_secret_arn must be set where database_auth is secret")
        return self


class Settings(DatabaseSettings):
    # "local" opens what must never exist elsewhere (test tokens, plain http); so it is never the default.
    environment: Literal["local", "dev", "staging", "production"] = "production"
    log_level: str = "INFO"
    tracing: Literal["off", "xray"] = "off"  # "xray": spans for the agent that Lambda runs, and says where
    aws_xray_daemon_address: str = "127.0.0.1:2000"
    aws_lambda_function_name: str | None = None

    redis_url: Annotated[str, AfterValidator(_redis_url)] | None = None
    cache_ttl: Annotated[int, Field(ge=1)] = 300  # seconds
    cache_timeout: Seconds = 0.2  # seconds for one command
    breaker_seconds: Annotated[float, Field(ge=0)] = 5.0  # a part that failed is left alone this long

    opensearch_url: Annotated[str, AfterValidator(_http_url)] | None = None  # may hold a name and a password
    opensearch_auth: Literal["none", "aws"] = "none"  # "aws": requests are signed, as a domain with IAM wants it
    opensearch_index_prefix: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")] = "lego"
    search_timeout: Seconds = 1.0  # seconds for OpenSearch to answer; then PostgreSQL does

    s3_bucket: str
    s3_endpoint_url: str | None = None
    s3_public_endpoint_url: str | None = None  # where browsers reach the bucket, if it is another address
    storage_timeout: Seconds = 5.0  # seconds for S3 to answer; tried three times
    # Stored files are answered under this URL: the CDN's, or a path under which the application serves them itself.
    files_base_url: Annotated[str, AfterValidator(_files_url)] = FILES_PATH

    cognito_user_pool_id: str
    cognito_client_ids: Annotated[Names, Field(min_length=1)]
    cognito_endpoint_url: str | None = None
    cognito_issuer_url: str | None = None
    cognito_jwks_url: str | None = None
    identity_timeout: Seconds = 1.0  # seconds for Cognito to tell about a user, retries included; a change gets three

    # One of them: the secret itself, or a secret of Secrets Manager that has it under the name `csrf_secret`. There is
    # also what the edge has to show, `origin_secret`, and then the application answers nobody else.
    csrf_secret: Annotated[SecretStr, Field(min_length=16)] | None = None
    secrets_arn: str | None = None
    # Origins of the web app. Unsafe requests with a cookie are accepted from both; to the first the application also
    # answers CORS, so they are empty where the gateway does.
    cors_origins: Names = ()
    csrf_origins: Names = ()

    rate_limit_general: Annotated[int, Field(ge=1)] = 100  # per 15 minutes
    rate_limit_uploads: Annotated[int, Field(ge=1)] = 10  # per hour
    rate_limit_profile_failures: Annotated[int, Field(ge=1)] = 5  # per 15 minutes

    max_json_bytes: int = 10 * 1024 * 1024
    max_instruction_bytes: int = 50 * 1024 * 1024
    max_parts_list_bytes: int = 10 * 1024 * 1024
    max_parts_list_rows: int = 100_000  # the MOC is locked for 2 seconds while so many are read
    # Larger lists are read when they have been stored, and not while somebody waits.
    inline_parts_list_bytes: int = 2 * 1024 * 1024
    inline_parts_list_rows: int = 10_000
    # Larger exports are answered from the storage: Lambda answers 6 MB, and in JSON a character may be six.
    inline_export_bytes: int = 900 * 1024
    max_image_bytes: int = 20 * 1024 * 1024
    max_gallery_image_bytes: int = 50 * 1024 * 1024
    max_image_pixels: int = 50_000_000
    max_image_memory: int | None = None  # bytes for all pictures being worked on at once; None: see `image_memory`
    aws_lambda_function_memory_size: int | None = None  # megabytes; Lambda sets it

    flags_for_moderation: Annotated[int, Field(ge=1)] = 3  # users who flag an image before it counts as flagged

    outbox_relay_seconds: Seconds = 0.3  # what a request may spend on its own side effects
    maintenance_interval: Seconds = 60.0  # seconds between two runs of the background task under uvicorn

    @model_validator(mode="after")
    def _has_a_secret(self) -> Self:
        if not self.csrf_secret and not self.secrets_arn:
            raise ValueError("csrf_secret or secrets_arn must be set")
        return self

    @property
    def max_file_bytes(self) -> int:
        """Of any file that is sent to the application itself."""
        limits = (self.max_instruction_bytes, self.max_parts_list_bytes, self.max_image_bytes)
        return max(*limits, self.max_gallery_image_bytes)

    @property
    def image_memory(self) -> int:
        """Bytes, as set, or else 60 % of what a Lambda function has, or else 1 GiB."""
        if self.max_image_memory is not None:
            return self.max_image_memory
        megabytes = self.aws_lambda_function_memory_size
        return 1024 * 1024 * 1024 if megabytes is None else megabytes * 1024 * 1024 * 6 // 10

    @property
    def is_local(self) -> bool:
        return self.environment == "local"

    @property
    def serves_files(self) -> bool:
        """Whether this application, and not a CDN, answers the URLs of stored files."""
        return self.files_base_url == FILES_PATH

    @property
    def issuer_url(self) -> str:
        return self.cognito_issuer_url or (
            f"https://cognito-idp.{self.aws_region}.amazonaws.com/{self.cognito_user_pool_id}"
        )

    @property
    def jwks_url(self) -> str:
        return self.cognito_jwks_url or f"{self.issuer_url}/.well-known/jwks.json"


@lru_cache
def get_settings() -> Settings:
    return Settings()
