"""Web search behind a small HTTP service."""

import json
import os
import urllib.parse
import urllib.request
from asyncio import to_thread

SEARCH_TOOL = {
    "name": "search",
    "description": "Searches the web. Returns up to ten pages with title, address, date and the passages that fit the query.",
    "input_schema": {
        "type": "object",
        "properties": {"query": {"type": "string", "description": "Three to six words."}},
        "required": ["query"],
    },
}

SERVICE = os.getenv("SEARCH_API", "http://localhost:8090/search")


def _fetch(query: str) -> str:
    with urllib.request.urlopen(f"{SERVICE}?q={urllib.parse.quote(query)}", timeout=20) as response:
        return response.read().decode()


async def search(query: str) -> str:
    """The service's answer as text."""
    return await to_thread(_fetch, query)


async def pages(query: str) -> list[str]:
    """The full texts of the pages that were found."""
    return [page["text"] for page in json.loads(await search(query))]
