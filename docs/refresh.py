"""Put into the READMEs what the program prints and draws now: `python docs/refresh.py`.

The text between `<!-- the output of: sim … -->` and `<!-- end -->` is replaced by the output of that command, and the
picture by the figure that the run made. A test holds that the READMEs are up to date.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}
BLOCK = re.compile(r"(<!-- the output of: sim (.*?) -->\n```text\n)(.*?)(```\n<!-- end -->)", re.DOTALL)


def output_of(command: str) -> str:
    """What `sim COMMAND` prints, run in the root of the checkout."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "sim", *shlex.split(command)], cwd=ROOT, capture_output=True, check=True
    )
    return "\n".join(line.rstrip() for line in done.stdout.decode("utf-8").splitlines()) + "\n"


def refreshed(text: str) -> str:
    """A README with the output of its commands as it is now."""
    return BLOCK.sub(lambda found: found[1] + output_of(found[2]) + found[4], text)


def main() -> None:
    """Refresh both READMEs and their pictures."""
    for lang, readme in READMES.items():
        readme.write_text(refreshed(readme.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
        picture = ROOT / "results" / "2020" / "figures" / "carried.png"
        shutil.copy(picture, ROOT / "docs" / "pictures" / f"carried.{lang}.png")


if __name__ == "__main__":
    main()
