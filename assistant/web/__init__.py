"""The page, the widget and the HTTP API."""
