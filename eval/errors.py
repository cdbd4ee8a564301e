"""Errors of the evaluation whose message is fit to be shown to the person who caused them."""

from assistant.errors import AssistantError


class EvaluationError(AssistantError):
    """A question file, a result or a floor cannot be used as it is; one clear line."""
