"""The evaluation in the chat, for editors; plugged in by the entry point `c5.web`."""
