"""Bedrock signs for a host, and its SDK sends its own bearer tokens over HTTPS only. What passes: a token as a header, and a signature made for the provider's host."""

import os

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from common import URL, headers, run, usage

MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
MESSAGES = [{"role": "user", "content": [{"text": "Hi"}]}]
KEYS = {"aws_access_key_id": "AKIAFAKEFAKEFAKEFAKE", "aws_secret_access_key": "fake"}


def made(case, more=None, path="", config=None, **keys):
    client = boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=URL + path, config=config, **keys)
    client.meta.events.register("before-call.bedrock-runtime", lambda params, **_: params["headers"].update(headers(case) | (more or {})))
    return client


def with_token(case):
    return made(case, {"Authorization": "Bearer fake"}, config=Config(signature_version=UNSIGNED))


def with_own_token(case):
    """As AWS_BEARER_TOKEN_BEDROCK alone does it. The SDK reads it again at each call, so this case is the last one."""
    os.environ["AWS_BEARER_TOKEN_BEDROCK"] = "fake"
    return made(case)


def signed(case, path="", host=None):
    return made(case, {"Host": host} if host else {}, path, **KEYS)


def seen(used):
    return usage(used["inputTokens"], used["outputTokens"], used.get("cacheReadInputTokens", 0))


def ask(client):
    answer = client.converse(modelId=MODEL, messages=MESSAGES, inferenceConfig={"maxTokens": 50})
    return {"text": answer["output"]["message"]["content"][0]["text"], "usage": seen(answer["usage"])}


run({
    "token": lambda case: ask(with_token(case)),
    "denied": lambda case: ask(with_token(case)),
    "signed-for-gateway": lambda case: ask(signed(case, path="/aws")),
    "signed-for-provider": lambda case: ask(signed(case, host=os.environ["COSTLINT_UPSTREAM_HOST"])),
    "own-token": lambda case: ask(with_own_token(case)),
})
