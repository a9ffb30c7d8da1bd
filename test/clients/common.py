"""What the client programs share: each runs its cases and prints one line of JSON for each, which test/clients/clients.ts compares with the gateway's ledger."""

import json
import os
import sys

URL = os.environ["COSTLINT_URL"]
PROGRAM = os.path.basename(sys.argv[0]).removesuffix("_client.py")


def headers(case):
    """The session is how the runner finds the calls of a case; `x-test-case` tells the provider what to do. Cases named `denied` have no budget left."""
    session = {"x-costlint-session": f"{PROGRAM}-{case}", "x-test-case": f"{PROGRAM}-{case}"}
    return session | ({"x-costlint-project": "broke"} if case.startswith("denied") else {})


def usage(uncached_input=0, output=0, cache_read=0):
    """Tokens as the client saw them, in the ledger's terms."""
    counts = {"uncachedInput": uncached_input, "cacheRead": cache_read, "output": output}
    return {name: count for name, count in counts.items() if count}


def status_of(error):
    """The HTTP status of an SDK's exception, wherever it or its cause keeps it."""
    while error is not None:
        for name in ("status_code", "code"):
            if isinstance(value := getattr(error, name, None), int):
                return value
        response = getattr(error, "response", None)
        if isinstance(response, dict):
            return response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        error = error.__cause__
    return None


def run(cases):
    for name, case in cases.items():
        try:
            facts = case(name)
        except Exception as error:
            facts = {"error": type(error).__name__, "status": status_of(error), "message": str(error)[:2000]}
        print(json.dumps({"case": name, **facts}), flush=True)
