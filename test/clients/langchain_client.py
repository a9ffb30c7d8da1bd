from common import URL, headers, run, usage
from langchain_anthropic import ChatAnthropic
from langchain_core.tools import tool
from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_openai import ChatOpenAI

MODELS = {
    "anthropic": lambda case: ChatAnthropic(model="claude-sonnet-4-6", api_key="k", base_url=URL, default_headers=headers(case), max_tokens=50),
    "openai": lambda case: ChatOpenAI(
        model="gpt-4.1", api_key="k", base_url=f"{URL}/v1", default_headers=headers(case), max_tokens=50, stream_usage=True
    ),
    "gemini": lambda case: ChatGoogleGenerativeAI(
        model="gemini-2.5-flash", google_api_key="k", base_url=URL, additional_headers=headers(case), max_output_tokens=50
    ),
}


@tool
def look() -> str:
    """Looks."""
    return ""


def seen(used):
    cached = used.get("input_token_details", {}).get("cache_read") or 0
    return usage(used["input_tokens"] - cached, used["output_tokens"], cached)


def whole(provider):
    def case(name):
        answer = MODELS[provider](name).invoke("Hi")
        return {"text": answer.text, "usage": seen(answer.usage_metadata)}

    return case


def stream(provider):
    def case(name):
        answer = None
        for chunk in MODELS[provider](name).stream("Hi"):
            answer = chunk if answer is None else answer + chunk
        return {"text": answer.text, "usage": seen(answer.usage_metadata)}

    return case


def tools(provider):
    def case(name):
        answer = MODELS[provider](name).bind_tools([look]).invoke("Hi")
        return {"tool": answer.tool_calls[0]["name"], "usage": seen(answer.usage_metadata)}

    return case


run({
    name: case
    for provider in MODELS
    for name, case in {
        f"{provider}-whole": whole(provider),
        f"{provider}-stream": stream(provider),
        f"{provider}-tools": tools(provider),
        f"denied-{provider}": whole(provider),
    }.items()
})
