"""Errors of the assistant whose message is fit to be shown to the person who caused them."""


class AssistantError(Exception):
    """Any trouble a user can do something about; one clear line."""


class QuestionError(AssistantError):
    """The question is empty, too long or not text."""


class SettingsError(AssistantError):
    """A setting is unknown or has a value it cannot have."""
