"""The recipe that makes the shipped encoder from pairs of texts on disk.

    python -m index.train --data DIR --output DIR

Only this package imports torch for work of ours; nothing that serves imports this package.
"""
