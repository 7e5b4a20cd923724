"""The command line: one file for each group of commands; the only place that sees both worlds and `deploy`.

Data goes to standard output, narration to standard error. Heavy imports stand inside the commands, so that `--help` works with the
base install alone.
"""

from pipelines.cli.tree import main

__all__ = ["main"]
