"""Clients and model names, in one place."""

import os

from anthropic import AsyncAnthropic
from openai import AsyncOpenAI

claude = AsyncAnthropic()
gpt = AsyncOpenAI()

WRITER = os.getenv("WRITER_MODEL", "claude-sonnet-4-6")
READER = "gpt-5.4"
