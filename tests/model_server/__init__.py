"""A real HTTP server that speaks OpenAI's and Gemini's protocols, scripted by task, with faults on demand.

It is the only fake of the tests, and it stands at the far side of a network protocol: all client libraries are real.
`with serving(script) as server:` runs it in a thread, `python -m model_server` as a process of its own.
"""

from model_server.faults import FaultKind, Faults
from model_server.script import Message, Question, Reply, Script, ToolCall, by_task, fitting
from model_server.server import ModelServer
from model_server.serving import ServerProcess, server_process, serving
from model_server.settings import ServerSettings

__all__ = [
    "FaultKind", "Faults", "Message", "ModelServer", "Question", "Reply", "Script", "ServerProcess", "ServerSettings",
    "ToolCall", "by_task", "fitting", "server_process", "serving",
]  # fmt: skip
