"""Write a bill of materials and look for known holes; an unreachable service is said to be one.

    python .ci/audit.py sbom.json

Exit 0: nothing known; or nothing could be asked, which is told. Exit 1: a dependency has a hole.
"""

import json
import subprocess
import sys
from pathlib import Path


def main(target: str) -> int:
    """Do both for the packages of this Python."""
    subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible",
         "--of", "JSON", "-o", target, sys.executable],
        check=True,
    )  # fmt: skip
    parts = json.loads(Path(target).read_text("utf-8"))["components"]
    say(f"{target}: {len(parts)} packages")
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        say(f"NOT AUDITED: no advisories could be had from here ({last[0]})")
        return 0
    asked = [each for each in found if "vulns" in each]
    holes = [(each, hole) for each in asked for hole in each["vulns"]]
    for each, hole in holes:
        fixed = ", ".join(hole["fix_versions"]) or "no version yet"
        say(f"{each['name']} {each['version']}: {hole['id']}, mended in {fixed}")
    if not asked:
        say(f"NOT AUDITED: the index here has advisories for none of {len(found)} packages")
    else:
        say(f"{len(asked)} of {len(found)} packages audited, {len(holes)} known holes")
    return 1 if holes else 0


def say(line: str) -> None:
    """Tell on standard output."""
    sys.stdout.write(f"audit: {line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
