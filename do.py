#!/usr/bin/env python3
"""Make the environment when it is missing or out of date, then run the simulation or the tests in it.

Needs Python 3.11 or later and nothing else. The environment is the folder .venv beside this file; it belongs to this
script, which remakes it when it is broken, half made, moved, or of another Python version.

This file keeps to the syntax of Python 3.6, so that an older Python can read it far enough to say that it is too old.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "do-stamp.json"  # written last: an environment without it is half made
LOCK = ROOT / ".venv.lock"
FIRST_SCENARIO = Path("scenarios", "2020.yaml")
INTERRUPTED = 130

HELP = """\
usage: python3 do.py COMMAND [ARGUMENT ...]

commands:
  run [SCENARIO] [OPTION ...]   simulate a scenario (without one: scenarios/2020.yaml)
  test [OPTION ...]             run the tests; options as for pytest
  sim ARGUMENT ...              any command of the simulator, such as: sim --help
  setup                         only make the environment, with the tools for development

examples:
  python3 do.py run
  python3 do.py run scenarios/2019.yaml --replications 5
  python3 do.py run --help
  python3 do.py test -k border

The first call makes the environment .venv beside this file, which takes a minute or
two and needs the network; later calls start at once. On Windows write 'py do.py run'.
Exit codes are those of the program that is run; 130 after Ctrl-C.
"""


class SetupError(Exception):
    """Something that the caller can mend; its text says what and how."""


def say(message: str) -> None:
    """Tell the person at the terminal; results alone go to stdout."""
    print("do.py: " + message, file=sys.stderr, flush=True)


# ------------------------------------------------------------------------------------------------ this machine's Python


def python_name(version: "tuple[int, ...]" = sys.version_info[:2]) -> str:
    """How a person calls it, such as Python 3.11."""
    return f"Python {version[0]}.{version[1]}"


def demand_new_python() -> None:
    """Stop with a sentence when this Python is too old for the simulator."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    found = [name for name in NEWER_PYTHONS if shutil.which(name)]
    help_ = (
        f"This machine has one: {found[0]} do.py {' '.join(sys.argv[1:])}"
        if found
        else "Install one and call do.py with it."
    )
    raise SetupError(f"{python_name(OLDEST_PYTHON)} or later is needed, and this is {python_name()}. {help_}")


def demand_venv_and_pip() -> None:
    """Stop with a sentence when this Python cannot make environments (Debian ships that part apart)."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise SetupError(
            f"this Python ({sys.executable}) lacks the module {' and '.join(missing)}, so it cannot make "
            "an environment. On Debian and Ubuntu: apt-get install python3-venv"
        )


def base_python() -> str:
    """The interpreter that environments are made from, also when do.py itself runs inside one."""
    return getattr(sys, "_base_executable", None) or sys.executable


# ------------------------------------------------------------------------------------------------- is .venv up to date?


def wanted_stamp(dev: bool) -> "dict[str, object]":
    """What .venv must have been made from: `place` calls for a new one, `needs` for another pip install."""
    place = f"{sys.implementation.name} {python_name()} in {os.path.normcase(str(ROOT))}"
    needs = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        needs.update((ROOT / name).read_bytes())
    return {"place": place, "needs": needs.hexdigest(), "dev": dev}


def found_stamp() -> "dict[str, object] | None":
    """What .venv was made from, or None when it is missing, half made or broken."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        config = (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    homes = [line.partition("=")[2].strip() for line in config.splitlines() if line.partition("=")[0].strip() == "home"]
    whole = isinstance(stamp, dict) and PYTHON.exists() and bool(homes) and Path(homes[0]).is_dir()
    return stamp if whole else None


def satisfies(found: "dict[str, object] | None", wanted: "dict[str, object]") -> bool:
    """Whether the environment will do; one with the development tools also serves a plain run."""
    return found is not None and (found == wanted or found == dict(wanted, dev=True))


# --------------------------------------------------------------------------------------------------------- making .venv


def prepare(dev: bool) -> None:
    """Make .venv, or bring it up to date, unless it already is; a second caller waits for the first."""
    wanted = wanted_stamp(dev)
    if satisfies(found_stamp(), wanted):
        return
    with lock():
        found = found_stamp()
        if satisfies(found, wanted):
            return
        if found is None or found.get("place") != wanted["place"]:
            make_venv()
        elif found.get("dev"):
            wanted["dev"] = True  # tools that were there stay, and stay current
        STAMP.unlink(missing_ok=True)
        install(bool(wanted["dev"]))
        STAMP.write_text(json.dumps(wanted), encoding="utf-8")


@contextlib.contextmanager
def lock() -> "Iterator[None]":
    """Hold the right to change .venv; the system takes it back even from a process that is killed."""
    with LOCK.open("a+b") as file:
        told = False
        while not try_lock(file.fileno()):
            if not told:
                say("waiting for another do.py, which is making .venv")
                told = True
            time.sleep(0.2)
        yield  # closing the file gives the lock back


def try_lock(descriptor: int) -> bool:
    """Take the lock if it is free."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def make_venv() -> None:
    """Put a new, empty environment in the place of whatever is there."""
    demand_venv_and_pip()
    if VENV.exists() or VENV.is_symlink():
        say("remaking .venv: it is half made, broken, moved, or of another Python")
        remove_venv()
    say(f"making .venv with {python_name()}")
    if subprocess.call([base_python(), "-m", "venv", str(VENV)], stdout=sys.stderr) != 0:
        raise SetupError("could not make .venv; the lines above say why. On Debian: apt-get install python3-venv")


def remove_venv() -> None:
    """Delete the old environment, or say what keeps it."""
    try:
        if VENV.is_symlink() or VENV.is_file():
            VENV.unlink()
        else:
            shutil.rmtree(str(VENV))
    except OSError as error:
        help_ = "Close the programs that use it, or 'deactivate', and try again"
        raise SetupError(f"cannot remove .venv ({error}). {help_}") from error


def install(dev: bool) -> None:
    """Install the simulator in place, in exactly the versions of constraints.txt."""
    say(f"installing the simulator{' and its development tools' if dev else ''} (a minute or two)")
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    if not sys.stderr.isatty():
        command.append("--quiet")
    # Run in ROOT and named '.', so that no path with a space or a bracket has to pass through pip.
    command += ["-c", "constraints.txt", "-e", ".[dev]" if dev else "."]
    if subprocess.call(command, cwd=str(ROOT), env=environment(), stdout=sys.stderr) != 0:
        raise SetupError("could not install; the lines above say why. The same command again starts afresh")
    say("ready")


# ------------------------------------------------------------------------------------------------------- running things


def environment() -> "dict[str, str]":
    """The caller's environment, with UTF-8 on Windows too."""
    return {"PYTHONUTF8": "1", **os.environ}


def in_venv(arguments: "list[str]", cwd: "Path | None" = None) -> int:
    """Run the environment's Python, leaving Ctrl-C to it; its exit code, or 130 after Ctrl-C."""
    interrupted = False
    process = subprocess.Popen([str(PYTHON), *arguments], cwd=cwd and str(cwd), env=environment())
    signal.signal(signal.SIGTERM, lambda _signal, _frame: process.terminate())
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # the program got it too, and tidies up
            interrupted = True
        else:
            return INTERRUPTED if interrupted else code if code >= 0 else 128 - code


def run_arguments(arguments: "list[str]") -> "list[str]":
    """The arguments for `sim run`, with the first scenario where none is named."""
    named = any(argument.endswith((".yaml", ".yml")) for argument in arguments)
    if named or (arguments and not arguments[0].startswith("-")):
        return arguments
    scenario = FIRST_SCENARIO if Path.cwd() == ROOT else ROOT / FIRST_SCENARIO
    return [str(scenario), *arguments]


def do(command: str, arguments: "list[str]") -> int:
    """Carry out one command; its exit code."""
    prepare(dev=command in ("test", "setup"))
    if command == "run":
        return in_venv(["-m", "sim", "run", *run_arguments(arguments)])
    if command == "sim":
        return in_venv(["-m", "sim", *arguments])
    if command == "test":
        return in_venv(["-m", "pytest", *arguments], cwd=ROOT)
    say(f"the environment is ready: {VENV}")
    return 0


def main() -> int:
    """Read the command line and do what it says."""
    words = sys.argv[1:]
    if not words or words[0] in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0 if words else 2
    if words[0] not in ("run", "test", "sim", "setup"):
        say(f"there is no command '{words[0]}'. Commands: run, test, sim, setup; more with --help")
        return 2
    try:
        demand_new_python()
        return do(words[0], words[1:])
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
