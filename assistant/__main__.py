"""`python -m assistant` is `c5`."""

from assistant.cli import main

if __name__ == "__main__":
    main()
