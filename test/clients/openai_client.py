import openai
from common import URL, headers, run, usage

MESSAGES = [{"role": "user", "content": "Hi"}]
ASK = {"model": "gpt-4.1", "max_tokens": 50, "messages": MESSAGES}
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]


def client(case, **options):
    return openai.OpenAI(api_key="k", base_url=f"{URL}/v1", default_headers=headers(case), **options)


def seen(used):
    cached = used.prompt_tokens_details.cached_tokens if used.prompt_tokens_details else 0
    return usage(used.prompt_tokens - cached, used.completion_tokens, cached)


def seen_responses(used):
    cached = used.input_tokens_details.cached_tokens
    return usage(used.input_tokens - cached, used.output_tokens, cached)


def whole(case):
    answer = client(case).chat.completions.create(**ASK)
    return {"text": answer.choices[0].message.content, "usage": seen(answer.usage)}


def tools(case):
    answer = client(case).chat.completions.create(**ASK, tools=TOOLS)
    return {"tool": answer.choices[0].message.tool_calls[0].function.name, "usage": seen(answer.usage)}


def stream(case):
    """Without asking for usage: none may be seen, though the gateway asked for it."""
    chunks = list(client(case).chat.completions.create(**ASK, stream=True))
    return {"text": "".join(chunk.choices[0].delta.content or "" for chunk in chunks), "usageChunks": sum(chunk.usage is not None for chunk in chunks)}


def stream_usage(case):
    chunks = list(client(case).chat.completions.create(**ASK, stream=True, stream_options={"include_usage": True}))
    return {"text": "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices), "usage": seen(chunks[-1].usage)}


def responses(case):
    answer = client(case).responses.create(model="gpt-4.1", input="Hi", max_output_tokens=50)
    return {"text": answer.output_text, "usage": seen_responses(answer.usage)}


def responses_stream(case):
    with client(case).responses.stream(model="gpt-4.1", input="Hi", max_output_tokens=50) as running:
        for _ in running:
            pass
        answer = running.get_final_response()
    return {"text": answer.output_text, "usage": seen_responses(answer.usage)}


def embeddings(case):
    answer = client(case).embeddings.create(model="text-embedding-3-small", input="Hi", encoding_format="float")
    return {"usage": usage(answer.usage.prompt_tokens)}


def abort(case):
    running = client(case).chat.completions.create(**ASK, stream=True)
    text = next(iter(running)).choices[0].delta.content
    running.close()
    return {"text": text}


def timeout(case):
    client(case, timeout=0.5, max_retries=0).chat.completions.create(**ASK)
    return {}


run({
    "whole": whole, "stream": stream, "stream-usage": stream_usage, "tools": tools, "responses": responses, "responses-stream": responses_stream,
    "embeddings": embeddings, "denied": whole, "denied-stream": stream, "denied-responses": responses, "rate": whole, "abort": abort, "cut": stream,
    "timeout": timeout,
})
