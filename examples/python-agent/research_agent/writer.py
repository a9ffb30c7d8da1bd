"""The writer: an agent loop over the Anthropic SDK."""

from research_agent.llm import WRITER, claude
from research_agent.prompts import writer_prompt
from research_agent.search import SEARCH_TOOL, search


async def write_report(question: str, notes: list[str]) -> str:
    """Writes the report, and searches for what the notes leave open."""
    messages = [{"role": "user", "content": f"{question}\n\n" + "\n".join(notes)}]
    while True:
        response = await claude.messages.create(
            model=WRITER,
            max_tokens=8000,
            system=writer_prompt(),
            tools=[SEARCH_TOOL],
            messages=messages,
        )
        messages.append({"role": "assistant", "content": response.content})
        calls = [block for block in response.content if block.type == "tool_use"]
        if not calls:
            return "".join(block.text for block in response.content if block.type == "text")
        results = []
        for call in calls:
            found = await search(call.input["query"])
            results.append({"type": "tool_result", "tool_use_id": call.id, "content": found})
        messages.append({"role": "user", "content": results})
