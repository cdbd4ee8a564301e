"""Feed a target from atheris: python tests/fuzz/run.py NAME [-max_total_time=60] [CORPUS].

Options are libFuzzer's. A finding is written to a file, which the same command takes to repeat it.
"""

import sys
from pathlib import Path

import atheris

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

with atheris.instrument_imports(include=["index", "assistant"]):
    import targets


def main():
    """Fuzz one target until libFuzzer stops."""
    name = sys.argv.pop(1)
    target = targets.TARGETS[name]

    def feed(data):
        if name in targets.BYTES:
            target(data)
        else:
            target(atheris.FuzzedDataProvider(data).ConsumeUnicodeNoSurrogates(len(data)))

    atheris.Setup(sys.argv, feed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
