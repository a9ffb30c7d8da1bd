"""The checker: a Pydantic AI agent that compares the report with the notes."""

from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.usage import UsageLimits

from research_agent.search import search


class Verdict(BaseModel):
    supported: bool
    problems: list[str]


async def look_up(query: str) -> str:
    """Searches the web for a claim that the notes leave open."""
    return await search(query)


checker = Agent(
    "openai:gpt-5.4",
    output_type=Verdict,
    tools=[look_up],
    instructions="Compare each sentence of the report with the notes that it names. List sentences that the notes do not support.",
)


async def check(report: str, notes: list[str]) -> Verdict:
    """Whether the notes support the report."""
    result = await checker.run(
        f"Report:\n{report}\n\nNotes:\n" + "\n".join(notes),
        usage_limits=UsageLimits(request_limit=None),
    )
    return result.output
