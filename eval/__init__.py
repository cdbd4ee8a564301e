"""How good the assistant is, what got worse, and how it stands beside others."""
