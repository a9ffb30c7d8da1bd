from common import URL, headers, run, usage
from google import genai
from google.genai import types

MODEL = "gemini-2.5-flash"


CLIENTS = []


def client(case, **options):
    made = genai.Client(api_key="k", http_options=types.HttpOptions(base_url=URL, headers=headers(case), **options))
    # It closes its connections when nobody holds it.
    CLIENTS.append(made)
    return made


def config(**more):
    return types.GenerateContentConfig(max_output_tokens=50, **more)


def seen(used):
    cached = used.cached_content_token_count or 0
    return usage(used.prompt_token_count - cached, used.candidates_token_count + (used.thoughts_token_count or 0), cached)


def ask(case, more=None, **options):
    return client(case, **options).models.generate_content(model=MODEL, contents="Hi", config=config(**(more or {})))


def whole(case):
    answer = ask(case)
    return {"text": answer.text, "usage": seen(answer.usage_metadata)}


def tools(case):
    look = types.Tool(function_declarations=[types.FunctionDeclaration(name="look", description="Looks.")])
    answer = ask(case, {"tools": [look]})
    return {"tool": answer.function_calls[0].name, "usage": seen(answer.usage_metadata)}


def stream(case):
    chunks = list(client(case).models.generate_content_stream(model=MODEL, contents="Hi", config=config()))
    return {"text": "".join(chunk.text or "" for chunk in chunks), "usage": seen(chunks[-1].usage_metadata)}


def abort(case):
    running = client(case).models.generate_content_stream(model=MODEL, contents="Hi", config=config())
    text = next(running).text
    running.close()
    return {"text": text}


def timeout(case):
    ask(case, timeout=500)
    return {}


def rate(case):
    """This SDK retries only where it is told to."""
    retry = types.HttpRetryOptions(attempts=3, initial_delay=0.05, http_status_codes=[429])
    answer = ask(case, retry_options=retry)
    return {"text": answer.text, "usage": seen(answer.usage_metadata)}


run({
    "whole": whole, "stream": stream, "tools": tools, "denied": whole, "denied-stream": stream, "rate": rate, "abort": abort, "cut": stream,
    "timeout": timeout,
})
