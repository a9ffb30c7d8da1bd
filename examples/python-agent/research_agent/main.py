"""Asks a question, prints a report."""

import asyncio
import sys

from research_agent.checker import check
from research_agent.planner import plan
from research_agent.reader import read_all
from research_agent.search import pages
from research_agent.writer import write_report


async def research(question: str) -> str:
    queries = await plan(question)
    documents = [page for query in queries for page in await pages(query)]
    notes = await read_all(question, documents)
    report = await write_report(question, notes)
    verdict = await check(report, notes)
    return report if verdict.supported else report + "\n\nNot supported:\n" + "\n".join(verdict.problems)


def main() -> None:
    print(asyncio.run(research(" ".join(sys.argv[1:]))))


if __name__ == "__main__":
    main()
