"""The checker: a Pydantic AI agent that compares the report with the notes."""

from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.usage import UsageLimits


class Verdict(BaseModel):
    supported: bool
    problems: list[str]


checker = Agent(
    "openai:gpt-5.4",
    output_type=Verdict,
    instructions="Compare each sentence of the report with the notes that it names. List sentences that the notes do not support.",
)


async def check(report: str, notes: list[str]) -> Verdict:
    """Whether the notes support the report."""
    result = await checker.run(
        f"Report:\n{report}\n\nNotes:\n" + "\n".join(notes),
        usage_limits=UsageLimits(request_limit=None),
    )
    return result.output
