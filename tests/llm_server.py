"""The scripted language-model server, by the name that tests know it by."""

from eval.scripted.server import Reply, Server, llm_server

__all__ = ["Reply", "Server", "llm_server"]
