"""Answers commands in JSON, a line each, in the environment of a benchmark: `python lines.py MODULE`.

A request is `{"do": NAME, "given": {…}}`, an answer `{"result": …}` or `{"error": "…"}`. MODULE lies beside this file
and has its commands, by name, in `COMMANDS`. What the benchmark prints goes to stderr.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from typing import Any

# A call with an absurd number must not take the machine's memory.
_MEMORY = 4 << 30


def serve(commands: Mapping[str, Callable[..., Any]]) -> None:
    """Answer until stdin ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            said = {"result": commands[asked["do"]](**asked["given"])}
        except Exception as error:
            # Whatever a benchmark raises is told to whoever asked.
            said = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(said, default=str) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(importlib.import_module(sys.argv[1]).COMMANDS)
