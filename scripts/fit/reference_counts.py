"""Counts of Claude's two tokenizers for words and texts, from a reference implementation that is run here but not part of the project.

The reference is sanderland/ctok (MIT), checked out anywhere outside this project and put on PYTHONPATH; it reproduces Anthropic's count_tokens.
Reads JSON lines {"text": …} and writes JSON lines {"v3": n, "v47": n}: tokens of the text alone, without the frame of a message.

    PYTHONPATH=/path/to/ctok python scripts/fit/reference_counts.py < texts.jsonl > counts.jsonl
"""

import json
import sys

from ctok import token_count

# What one user message costs before its content, in each generation (ctok's own measurement).
FRAMES = {"3.0": 7, "4.7": 11}


def count(text: str, version: str) -> int:
    return token_count(text, version) - FRAMES[version] if text else 0


for line in sys.stdin:
    text = json.loads(line)["text"]
    print(json.dumps({"v3": count(text, "3.0"), "v47": count(text, "4.7")}))
