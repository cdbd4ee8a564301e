"""Who may come in: users with passwords, tokens for scripts; the files that hold them."""
