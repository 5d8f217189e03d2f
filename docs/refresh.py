"""Put into the documents what the program prints and draws now: `python docs/refresh.py`.

The text between `<!-- the output of: sim … -->` and `<!-- end -->` is replaced by the output of that command, and the
picture by the figure that the run made. A test holds that these are up to date. What takes a night stands between
`<!-- the output of a night: sim … -->` and `<!-- end -->`, and is renewed only by `python docs/refresh.py --night`, as
are the pictures of the how-tos.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.errors import CHECK_FAILED

ROOT = Path(__file__).parents[1]
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}
VERIFICATION = ROOT / "docs" / "verification.md"

FORM = r"(<!-- the output of%s: sim (.*?) -->\n```text\n)(.*?)(```\n<!-- end -->)"
BLOCK = re.compile(FORM % "", re.DOTALL)
OF_A_NIGHT = re.compile(FORM % " a night", re.DOTALL)


def output_of(command: str) -> str:
    """What `sim COMMAND` prints, run in the root of the checkout."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "sim", *shlex.split(command)], cwd=ROOT, capture_output=True, check=False
    )
    if done.returncode not in (0, CHECK_FAILED):
        raise SystemExit(done.stderr.decode("utf-8"))
    return "\n".join(line.rstrip() for line in done.stdout.decode("utf-8").splitlines()) + "\n"


def refreshed(text: str, block: re.Pattern[str] = BLOCK) -> str:
    """A document with the output of its commands as it is now."""
    return block.sub(lambda found: found[1] + output_of(found[2]) + found[4], text)


DECISIONS = {
    "effect_cost": "whatif",
    "recovery": "recovery scenarios/what-if/manzhouli-closed.yaml",
    "factorial": (
        "factorial scenarios/2020-no-plan.yaml scenarios/what-if/dalian.yaml scenarios/what-if/tianjin.yaml "
        "scenarios/what-if/cap30.yaml"
    ),
}
"""The pictures of the how-tos, and the commands that draw them."""


def draw_decisions() -> None:
    """Draw the pictures of the how-tos, in both languages."""
    for picture, command in DECISIONS.items():
        for lang in READMES:
            with TemporaryDirectory(dir=ROOT / "results") as folder:
                output_of(f"{command} --lang {lang} --out {folder}")
                drawn = Path(folder) / "figures" / f"{picture}.png"
                shutil.copy(drawn, ROOT / "docs" / "pictures" / f"{picture}.{lang}.png")


def main() -> None:
    """Refresh the READMEs, their pictures, and the tables of verification."""
    proof = refreshed(VERIFICATION.read_text(encoding="utf-8"))
    proof = refreshed(proof, OF_A_NIGHT) if "--night" in sys.argv[1:] else proof
    if "--night" in sys.argv[1:]:
        draw_decisions()
    VERIFICATION.write_text(proof, encoding="utf-8", newline="\n")
    for lang, readme in READMES.items():
        readme.write_text(refreshed(readme.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
        picture = ROOT / "results" / "2020" / "figures" / "carried.png"
        shutil.copy(picture, ROOT / "docs" / "pictures" / f"carried.{lang}.png")


if __name__ == "__main__":
    main()
