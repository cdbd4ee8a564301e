"""Measurements of speed and size; what they are compared with is run, not quoted."""
