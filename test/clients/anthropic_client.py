import anthropic
from common import URL, headers, run, usage

ASK = {"model": "claude-sonnet-4-6", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
TOOLS = [{"name": "look", "input_schema": {"type": "object", "properties": {}}}]


def client(case, **options):
    return anthropic.Anthropic(api_key="k", base_url=URL, default_headers=headers(case), **options)


def seen(message):
    used = message.usage
    return usage(used.input_tokens, used.output_tokens, used.cache_read_input_tokens or 0)


def whole(case):
    message = client(case).messages.create(**ASK)
    return {"text": message.content[0].text, "usage": seen(message)}


def tools(case):
    message = client(case).messages.create(**ASK, tools=TOOLS)
    return {"tool": message.content[0].name, "usage": seen(message)}


def stream(case):
    with client(case).messages.stream(**ASK) as running:
        text = "".join(running.text_stream)
        return {"text": text, "usage": seen(running.get_final_message())}


def abort(case):
    with client(case).messages.stream(**ASK) as running:
        return {"text": next(iter(running.text_stream))}


def timeout(case):
    return whole_with(case, timeout=0.5, max_retries=0)


def whole_with(case, **options):
    return {"text": client(case, **options).messages.create(**ASK).content[0].text}


run({
    "whole": whole, "stream": stream, "tools": tools, "denied": whole, "denied-stream": stream, "rate": whole, "overloaded": whole,
    "abort": abort, "cut": stream, "timeout": timeout,
})
