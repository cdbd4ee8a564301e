"""Scripted language models and a loopback server for them: what the guard is held against."""
