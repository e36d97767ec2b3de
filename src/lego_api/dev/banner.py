"""The table that `make dev` prints."""

from collections.abc import Mapping, Sequence

from lego_api.dev.running import DIRECTORY
from lego_api.dev.stack import Part
from lego_api.dev.tokens import SEEDED_USERS


def banner(parts: Sequence[Part], api_url: str, tokens: Mapping[str, str]) -> str:
    """`tokens`: by the variables of `SEEDED_USERS`."""
    rows = [
        Part("API", api_url, "uvicorn, reloads when a file below src changes"),
        Part("API docs", f"{api_url}/docs", ""),
        *parts,
    ]
    names = max(len(row.name) for row in rows)
    addresses = max(len(row.address) for row in rows)
    table = [f"  {row.name:{names}}  {row.address:{addresses}}  {row.origin}".rstrip() for row in rows]
    users = [f"  {email}  Bearer {tokens[variable]}\n" for variable, email in SEEDED_USERS.items()]
    curl = f'curl -s -H "Authorization: Bearer {tokens[next(iter(SEEDED_USERS))]}" {api_url}/api/mocs'
    files = f"  Data and logs are in {DIRECTORY} (make clean deletes them). Ctrl-C stops everything."
    return "\n".join(["", *table, "", *users, f"  {curl}", "", files, ""])
