import litellm
from common import URL, headers, run, usage

litellm.telemetry = False
litellm.suppress_debug_info = True
MESSAGES = [{"role": "user", "content": "Hi"}]
MODELS = {
    "anthropic": {"model": "anthropic/claude-sonnet-4-6", "api_base": URL},
    "openai": {"model": "openai/gpt-4.1", "api_base": f"{URL}/v1"},
    "gemini": {"model": "gemini/gemini-2.5-flash", "api_base": f"{URL}/v1beta/models/gemini-2.5-flash"},
}


def seen(used):
    cached = (used.prompt_tokens_details.cached_tokens or 0) if used.prompt_tokens_details else 0
    return usage(used.prompt_tokens - cached, used.completion_tokens, cached)


def ask(case, provider, **more):
    return litellm.completion(**MODELS[provider], api_key="k", messages=MESSAGES, max_tokens=50, extra_headers=headers(case), **more)


def whole(provider):
    def case(name):
        answer = ask(name, provider)
        return {"text": answer.choices[0].message.content, "usage": seen(answer.usage)}

    return case


def stream(provider):
    def case(name):
        chunks = list(ask(name, provider, stream=True, stream_options={"include_usage": True}))
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        return {"text": text, "usage": seen(chunks[-1].usage)}

    return case


run({
    name: case
    for provider in MODELS
    for name, case in {
        f"{provider}-whole": whole(provider),
        f"{provider}-stream": stream(provider),
        f"denied-{provider}": whole(provider),
        f"denied-{provider}-stream": stream(provider),
    }.items()
})
