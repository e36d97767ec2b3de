"""S3, Cognito and SQS by moto, in a process of its own that remembers what it was told."""

REGION = "us-east-1"
BUCKET = "lego-local"
QUEUE = "lego-local-parts-lists"
ACCOUNT_ID = "123456789012"  # moto's
PARTS_LIST_PREFIXES = ("parts-lists/", "incoming/parts-lists/")  # what is stored under them is to be read
USER_POOL_ID = f"{REGION}_LegoLocal"
CLIENT_ID = "legolocal0000000000000000a"
ADMIN_GROUP = "admin"
