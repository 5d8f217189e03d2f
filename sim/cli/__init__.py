"""The command line: the only place that prints or exits. Each command is one file; heavy imports stand inside them.

Exit codes: 0 fine, 1 the run failed, 2 wrong usage or scenario, 3 finished but a check failed, 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from sim.words import Lang

app = typer.Typer(
    name="sim",
    help="Simulate container corridors: what do they carry, how long does it take, what binds, and how sure is that?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

INTERRUPTED = 130


def _precision(text: str) -> float:
    """`2%` or `0.02` as a share."""
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = 0.0
    if not 0.001 <= share < 1:
        raise typer.BadParameter(f"'{text}' is no precision: write such as 2% (from 0.1% to below 100%).")
    return share


def _draws(uncertainty: bool, draws: int | None) -> int:
    """How many draws were asked for; 0 if none."""
    if draws is not None and not uncertainty:
        raise typer.BadParameter("--draws belongs to --uncertainty.")
    return (draws or 50) if uncertainty else 0


Scenario = Annotated[Path, typer.Argument(help="a scenario file, such as scenarios/2020.yaml", show_default=False)]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="change a value: path=value, such as services.cmo_west.capacity_teu=90 (may be repeated)"
    ),
]
Pull = Annotated[
    list[str] | None,
    typer.Option(
        "--lever",
        help="pull a lever: a policy of the scenario, or NAME=VALUE, such as dalian_frequency=7 (may be repeated)",
    ),
]
Language = Annotated[Lang, typer.Option("--lang", help="language of all output")]
Replications = Annotated[int, typer.Option("--replications", "-n", min=1, max=100_000, help="simulated years")]
Precision = Annotated[
    float | None,
    typer.Option(
        parser=_precision,
        metavar="PERCENT",
        help="as many years as it takes, in place of -n: carried TEU and days of each channel within ±, such as 2%",
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=0, max=256, help="processes at a time; 0 chooses")]
Cluster = Annotated[
    str | None, typer.Option(help="run on a Dask cluster: the address of its scheduler, such as tcp://10.0.0.5:8786")
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="the seed of all luck, instead of the scenario's")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="no progress, no table; only errors")]
Json = Annotated[bool, typer.Option("--json", help="the answers as JSON on standard output, in place of the table")]
Uncertainty = Annotated[
    bool, typer.Option("--uncertainty", help="also draw every graded range: how far may one year lie, what moves it")
]
NumberOfDraws = Annotated[
    int | None,
    typer.Option("--draws", min=10, max=10_000, help="with --uncertainty: how many draws", show_default="50"),
]
NoFigures = Annotated[bool, typer.Option("--no-figures", help="draw no figures")]


@app.command()
def run(  # noqa: PLR0913, PLR0917  (one parameter per option is how typer works)
    scenario: Scenario,
    replications: Replications = 30,
    precision: Precision = None,
    jobs: Jobs = 0,
    cluster: Cluster = None,
    seed: Seed = None,
    out: Annotated[
        Path | None, typer.Option(help="the results folder itself; without it, results/<name of the file>")
    ] = None,
    changes: Set = None,
    levers: Pull = None,
    uncertainty: Uncertainty = False,
    draws: NumberOfDraws = None,
    lang: Language = "en",
    no_figures: NoFigures = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Simulate a scenario many times, print the answers, and write a results folder with tables and plots."""
    from sim.cli.run import Options, run_scenario

    run_scenario(
        Options(
            scenario=scenario,
            replications=replications,
            precision=precision,
            jobs=jobs,
            cluster=cluster,
            seed=seed,
            out=out,
            changes=tuple(changes or ()),
            levers=tuple(levers or ()),
            lang=lang,
            figures=not no_figures,
            quiet=quiet,
            as_json=as_json,
            draws=_draws(uncertainty, draws),
        )
    )


@app.command()
def check(scenario: Scenario, changes: Set = None, levers: Pull = None, lang: Language = "en") -> None:
    """Check a scenario, and show load against capacity before anything runs."""
    from sim.cli.check import check_scenario

    check_scenario(scenario, changes or [], levers or [], lang)


@app.command()
def compare(  # noqa: PLR0913, PLR0917  (one parameter per option is how typer works)
    base: Annotated[Path, typer.Argument(help="what to compare with: a results folder, or a scenario file")],
    others: Annotated[
        list[Path] | None, typer.Argument(help="one to five others; none is needed with --lever", show_default=False)
    ] = None,
    levers: Annotated[
        list[str] | None,
        typer.Option("--lever", help="also compare the base with this lever pulled: NAME=VALUE (may be repeated)"),
    ] = None,
    best: Annotated[
        str, typer.Option(help="also say which is best: MEASURE or MEASURE:CHANNEL, such as carried_teu:dalian")
    ] = "",
    indifference: Annotated[
        float | None,
        typer.Option(help="for --best: the difference, in the unit of the measure, that is not worth a choice"),
    ] = None,
    replications: Replications = 30,
    jobs: Jobs = 0,
    cluster: Cluster = None,
    out: Annotated[Path | None, typer.Option(help="the folder for tables and plots")] = None,
    uncertainty: Uncertainty = False,
    draws: NumberOfDraws = None,
    lang: Language = "en",
    no_figures: NoFigures = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Compare scenarios with the first, year by year under the same luck: differences, inputs, plots side by side."""
    from sim.cli.compare import WishError, compare_runs, wish_of
    from sim.cli.run import Options

    options = Options(
        scenario=base,
        replications=replications,
        jobs=jobs,
        cluster=cluster,
        out=out,
        levers=tuple(levers or ()),
        lang=lang,
        figures=not no_figures,
        quiet=quiet,
        as_json=as_json,
        draws=_draws(uncertainty, draws),
    )
    others = others or []
    try:
        wish = wish_of(best, indifference, 1 + len(others) + bool(levers))
    except WishError as error:
        raise typer.BadParameter(str(error)) from error
    compare_runs((base, *others), options, wish)


@app.command()
def recovery(  # noqa: PLR0913, PLR0917  (one parameter per option is how typer works)
    scenario: Scenario,
    disruptions: Annotated[
        list[str] | None, typer.Argument(help="which of its disruptions; all that have days if none is named")
    ] = None,
    replications: Replications = 30,
    jobs: Jobs = 0,
    seed: Seed = None,
    out: Annotated[Path | None, typer.Option(help="the folder for tables and picture")] = None,
    changes: Set = None,
    levers: Pull = None,
    lang: Language = "en",
    no_figures: NoFigures = False,
    quiet: Quiet = False,
) -> None:
    """Hold each year with a disruption against the same year without it: how much is late, and until when."""
    from sim.cli.recovery import show_recovery
    from sim.cli.run import Options

    options = Options(
        scenario=scenario,
        replications=replications,
        jobs=jobs,
        seed=seed,
        out=out,
        changes=tuple(changes or ()),
        levers=tuple(levers or ()),
        lang=lang,
        figures=not no_figures,
        quiet=quiet,
    )
    show_recovery(options, disruptions or ())


@app.command()
def warmup(  # noqa: PLR0913, PLR0917  (one parameter per option is how typer works)
    scenario: Scenario,
    replications: Replications = 10,
    jobs: Jobs = 0,
    seed: Seed = None,
    out: Annotated[Path | None, typer.Option(help="the folder for table and picture")] = None,
    changes: Set = None,
    levers: Pull = None,
    lang: Language = "en",
    no_figures: NoFigures = False,
    quiet: Quiet = False,
) -> None:
    """Propose how long to warm up: MSER-5, Welch and three lead times, with the picture of the start."""
    from sim.cli.run import Options
    from sim.cli.warmup import propose_warm_up

    propose_warm_up(
        Options(
            scenario=scenario,
            replications=replications,
            jobs=jobs,
            seed=seed,
            out=out,
            changes=tuple(changes or ()),
            levers=tuple(levers or ()),
            lang=lang,
            figures=not no_figures,
            quiet=quiet,
        )
    )


@app.command()
def reproduce(
    results: Annotated[Path, typer.Argument(help="a results folder that `sim run` wrote", show_default=False)],
    jobs: Jobs = 0,
    lang: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Simulate a results folder again, and compare it with what comes out, file by file; exit 3 if any differs."""
    from sim.cli.reproduce import reproduce as run_again

    run_again(results, jobs, lang, quiet=quiet)


@app.command()
def tags(scenario: Scenario, changes: Set = None, levers: Pull = None, lang: Language = "en", jobs: Jobs = 0) -> None:
    """Show where each headline comes from: input-echo, calibrated or predicted, with its elasticities."""
    from sim.cli.run import Options
    from sim.cli.tags import show_tags

    pull, changed = tuple(levers or ()), tuple(changes or ())
    show_tags(Options(scenario, jobs=jobs, changes=changed, levers=pull, lang=lang))


@app.command()
def story(  # noqa: PLR0913, PLR0917  (one parameter per option is how typer works)
    scenario: Scenario,
    train: Annotated[str, typer.Option(help="a train: SERVICE/NUMBER, such as cmo_west/12")] = "",
    box: Annotated[str, typer.Option("--container", help="a box: MARKET/NUMBER, such as local_export/100")] = "",
    replication: Annotated[int, typer.Option(min=0, help="which of the simulated years")] = 0,
    changes: Set = None,
    levers: Pull = None,
    lang: Language = "en",
) -> None:
    """Tell the life of one train, or of one container, in words and dates."""
    from sim.cli.story import tell_story
    from sim.files import load

    tell_story(load(scenario, overrides=changes or (), levers=levers or ()), train, box, replication, lang)


@app.command()
def verify(  # noqa: PLR0913, PLR0917  (one parameter per option is how typer works)
    rows: Annotated[list[str] | None, typer.Argument(help="rows, such as E1 or G2; all if none is named")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="a quarter of the replications, wider intervals")] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="how often our own intervals contain the exact answer (a night's work)")
    ] = False,
    macro: Annotated[int, typer.Option(min=1, max=100_000, help="with --coverage: how often each is tried")] = 2000,
    folder: Annotated[Path | None, typer.Option(help="the folder of the rows, instead of scenarios/verify")] = None,
    jobs: Jobs = 0,
    lang: Language = "en",
) -> None:
    """Hold the model against exact answers, by hand and by theory; with --coverage, its intervals."""
    from sim.cli.verify import Asked, verify_coverage, verify_rows

    asked = Asked(tuple(rows or ()), folder, quick, jobs, lang)
    if coverage:
        verify_coverage(asked, macro)
    else:
        verify_rows(asked)


@app.command(name="levers")
def list_levers(
    scenario: Annotated[
        Path | None, typer.Argument(help="a scenario file, to list its policies too", show_default=False)
    ] = None,
    lang: Language = "en",
) -> None:
    """List the levers: what each does, who decides it, what it costs, what it is anchored in, its parameters."""
    from sim.cli.levers import show_levers

    show_levers(scenario, lang)


@app.command()
def whatif(  # noqa: PLR0913, PLR0917  (one parameter per option is how typer works)
    folder: Annotated[Path, typer.Argument(help="the library: a folder of scenario files")] = Path("scenarios/what-if"),
    names: Annotated[list[str] | None, typer.Argument(help="what-ifs of it; all if none is named")] = None,
    reference: Annotated[Path, typer.Option(help="the scenario that all are held against")] = Path(
        "scenarios/2020-no-plan.yaml"
    ),
    channel: Annotated[str, typer.Option(help="whose cargo counts as gained; all is all of ours")] = "all",
    diversion: Annotated[
        list[str] | None, typer.Option(help="also show who changes over with this what-if, or `all` (may be repeated)")
    ] = None,
    replications: Replications = 30,
    jobs: Jobs = 0,
    cluster: Cluster = None,
    out: Annotated[Path | None, typer.Option(help="the folder for tables and plot, results/<library>")] = None,
    uncertainty: Uncertainty = False,
    draws: NumberOfDraws = None,
    lang: Language = "en",
    no_figures: NoFigures = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Hold a library of what-ifs against one reference: cargo, days, cost, CO2, and which lever buys the most."""
    from sim.cli.decisions import Shown, show_whatif

    shown = Shown(replications, jobs, cluster, out, _draws(uncertainty, draws), lang, not no_figures, quiet, as_json)
    show_whatif(folder, names or [], reference, (channel, diversion or []), shown)


@app.command()
def factorial(  # noqa: PLR0913, PLR0917  (one parameter per option is how typer works)
    reference: Annotated[Path, typer.Argument(help="the scenario without any of the factors", show_default=False)],
    factors: Annotated[list[Path], typer.Argument(help="two to four scenario files, each one change of it")],
    replications: Replications = 30,
    jobs: Jobs = 0,
    cluster: Cluster = None,
    out: Annotated[
        Path | None, typer.Option(help="the folder for tables and plot, results/<factor>_x_<factor>…")
    ] = None,
    lang: Language = "en",
    no_figures: NoFigures = False,
    quiet: Quiet = False,
) -> None:
    """Run all combinations of two to four factors: main effects and interactions, year by year."""
    from sim.cli.decisions import Shown, show_factorial

    show_factorial(reference, factors, Shown(replications, jobs, cluster, out, 0, lang, not no_figures, quiet))


@app.command()
def believe(  # noqa: PLR0913, PLR0917  (one parameter per option is how typer works)
    scenario: Scenario,
    x: Annotated[str, typer.Option("--x", help="an assumed input: PATH, PATH=low..high, or together.NAME")],
    y: Annotated[str, typer.Option("--y", help="another one")],
    at_least: Annotated[float | None, typer.Option(help="the answer holds where the measure is at least this")] = None,
    at_most: Annotated[float | None, typer.Option(help="the answer holds where the measure is at most this")] = None,
    measure: Annotated[str, typer.Option(help="the measure, as in the results")] = "carried_teu",
    channel: Annotated[str, typer.Option(help="the channel, or all")] = "all",
    steps: Annotated[int, typer.Option(min=2, max=25, help="values of each input")] = 5,
    replications: Replications = 10,
    jobs: Jobs = 0,
    cluster: Cluster = None,
    out: Annotated[Path | None, typer.Option(help="the folder for table and plot, results/believe-<scenario>")] = None,
    lang: Language = "en",
    no_figures: NoFigures = False,
    quiet: Quiet = False,
) -> None:
    """Show what must be believed: over a grid of two assumed inputs, where the answer holds."""
    from sim.cli.decisions import Shown, show_believe

    if (at_least is None) == (at_most is None):
        raise typer.BadParameter("say --at-least or --at-most, one of the two.")
    shown = Shown(replications, jobs, cluster, out, 0, lang, not no_figures, quiet)
    show_believe(scenario, (x, y), (measure, channel, at_least, at_most), (steps, shown))


@app.command()
def validate(  # noqa: PLR0913, PLR0917  (one parameter per option is how typer works)
    file: Annotated[
        Path | None, typer.Argument(help="a hindcast; without it, scenarios/validate/hindcast.yaml", show_default=False)
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="few draws and years, wide intervals: does it run")] = False,
    jobs: Jobs = 0,
    out: Annotated[Path | None, typer.Option(help="the folder for tables and picture")] = None,
    lang: Language = "en",
    no_figures: NoFigures = False,
    quiet: Quiet = False,
) -> None:
    """Forecast a year that is known from the year before it, score that against naive rules, and check plausibility."""
    from sim.cli.validate import Asked, run_validation

    run_validation(Asked(file, quick, jobs, lang, out, not no_figures, quiet))


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check as you type."""
    from sim.cli.check import print_schema

    print_schema()


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(_run())


def _run() -> int:
    from sim.errors import CorridorError, ModelError

    try:
        code = int(app(standalone_mode=False) or 0)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except ModelError as error:
        print(f"The model broke one of its own rules. Please report this.\n{error}", file=sys.stderr)
        return 1
    except CorridorError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except Exception as error:
        if not (hasattr(error, "show") and hasattr(error, "exit_code")):
            raise
        error.show()  # wrong usage, in the words of typer
        return int(error.exit_code)
    if code == INTERRUPTED:
        print("Interrupted.", file=sys.stderr)
    return code
