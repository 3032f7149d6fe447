"""``erbm``: the group of its commands, and what becomes of every error."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

import geo
from geo.cli import words
from geo.cli.commands import COMMANDS
from geo.cli.french import Group, explain
from geo.errors import ErbmError, os_reason


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001  # click's
    if value and not ctx.resilient_parsing:
        click.echo(f"erbm {geo.__version__}")
        ctx.exit()


@click.group("erbm", cls=Group, **words.ERBM)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Affiche la version.",
)
@click.pass_context
def group(ctx: click.Context) -> None:
    """Show the help where no command is named."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


for _command in COMMANDS:
    group.add_command(_command)

gc.freeze()  # what is imported stays until the end: no round of the collector need walk it


def main(args: Sequence[str] | None = None) -> int:
    """Run ``erbm``.

    Parameters
    ----------
    args : sequence of str, optional
        The arguments; those of the process by default.

    Returns
    -------
    int
        The exit code: 0, 1 if the work failed, 2 if the command is wrong.
    """
    try:
        code = group.main(args=args, prog_name="erbm", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.Abort:
        return _fail("interrompu", 1)
    except click.ClickException as error:
        return _fail(str(explain(error)), 2)
    except ErbmError as error:
        return _fail(str(error), error.exit_code)
    except OSError as error:
        if error.errno == errno.EPIPE:
            _forget_stdout()
            return 0
        where = f"{error.filename} : " if error.filename else ""
        return _fail(f"{where}{os_reason(error)}", 1)
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    click.echo(f"Erreur : {message}", err=True)
    return code


def _forget_stdout() -> None:
    """Nobody reads any more (``| head``): keep Python from flushing into the closed pipe."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
