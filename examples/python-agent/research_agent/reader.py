"""The readers: one call for each document, all at once."""

import asyncio

from research_agent.llm import READER, gpt
from research_agent.prompts import READER_PROMPT


async def read(question: str, document: str) -> str:
    """What one document says about the question."""
    while True:
        try:
            response = await gpt.chat.completions.create(
                model=READER,
                messages=[
                    {"role": "system", "content": READER_PROMPT},
                    {"role": "user", "content": f"Question: {question}\n\nDocument:\n{document}"},
                ],
            )
            return response.choices[0].message.content or "nothing"
        except Exception as error:  # the service is busy: try again
            print("retry", error)


async def read_all(question: str, documents: list[str]) -> list[str]:
    """Notes on every document."""
    return await asyncio.gather(*[read(question, document) for document in documents])
