"""The planner: a LangChain agent that turns a question into search queries."""

from langchain.agents import create_agent
from langchain_anthropic import ChatAnthropic

from research_agent.search import search


async def web(query: str) -> str:
    """Searches the web and returns passages of up to ten pages."""
    return await search(query)


model = ChatAnthropic(model="claude-sonnet-4-6", max_tokens=2000)
planner = create_agent(
    model,
    tools=[web],
    system_prompt="Find out what has to be known to answer the question, with a few searches. Then list six search queries, one a line.",
)


async def plan(question: str) -> list[str]:
    """Search queries for a question."""
    result = await planner.ainvoke({"messages": [{"role": "user", "content": question}]})
    return [line.strip("- ") for line in result["messages"][-1].content.splitlines() if line.strip()]
