"""S3, Cognito and SQS by moto, in a process of its own that remembers what it was told."""

REGION = "us-east-1"
BUCKET = "lego-local"
USER_POOL_ID = f"{REGION}_LegoLocal"
CLIENT_ID = "legolocal0000000000000000a"
ADMIN_GROUP = "admin"
