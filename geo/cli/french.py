"""click in French: help that teaches by example, types, and every error it raises."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from geo.errors import UsageError
from geo.sources.postgis import redacted
from geo.text import NBSP

Example = tuple[str, str]
"""What an example does, and the command line."""


def typeset(text: str) -> str:
    """Put a no-break space before double punctuation and inside quotation marks.

    >>> typeset("un fichier : « a »") == f"un fichier{NBSP}: «{NBSP}a{NBSP}»"
    True
    """
    return re.sub(r"« ", f"«{NBSP}", re.sub(r" ([:;?!»%])", rf"{NBSP}\1", text))


class Formatter(click.HelpFormatter):
    """Help in French: ``Utilisation :`` and headings with their space."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how the command is called."""
        super().write_usage(prog, args, prefix or f"Utilisation{NBSP}: ")

    def write_heading(self, heading: str) -> None:
        """Write a heading, with a space before its colon."""
        self.write(f"{'':>{self.current_indent}}{heading}{NBSP}:\n")


class Context(click.Context):
    """A context whose help is French."""

    formatter_class = Formatter


def _show_help(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001  # click's
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


class Command(click.Command):
    """A command that is explained by examples.

    Parameters
    ----------
    examples : sequence of Example
        Shown before the options.
    arguments : sequence of (str, str)
        The positional arguments and what they are.
    """

    context_class = Context

    def __init__(
        self,
        *args: Any,
        examples: Sequence[Example] = (),
        arguments: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{**kwargs, "add_help_option": False})
        self.examples = examples
        self.arguments = arguments
        self.options_metavar = "[OPTIONS]"
        self.params.append(
            click.Option(
                ["-h", "--help"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_show_help,
                help="Affiche cette aide.",
            )
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and refuse in French what is left over."""
        if not isinstance(self, click.Group):
            ctx.allow_extra_args = True
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if rest and not isinstance(self, click.Group):
            word = "argument en trop" if len(rest) == 1 else "arguments en trop"
            raise wrong_use(f"{word} : {' '.join(map(redacted, rest))}", ctx)
        return rest

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write usage, text, examples, arguments, options and commands."""
        self.format_usage(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(typeset(inspect.cleandoc(self.help or "")))
        self._format_examples(formatter)
        records = [p.get_help_record(ctx) for p in self.get_params(ctx) if isinstance(p, click.Option)]
        self._format_list("Arguments", self.arguments, formatter)
        self._format_list("Options", [record for record in records if record], formatter)
        self._format_list("Commandes", self.subcommands(ctx), formatter)

    def subcommands(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return the commands of a group and what they do; a plain command has none."""
        if not isinstance(self, click.Group):
            return []
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        return [(name, command.short_help or "") for name, command in found if command]

    def _format_examples(self, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Exemples"):
                for says, line in self.examples:
                    formatter.write_text(typeset(says))
                    formatter.write(f"{'':>{formatter.current_indent}}  $ {line}\n")

    @staticmethod
    def _format_list(heading: str, rows: Sequence[tuple[str, str]], formatter: click.HelpFormatter) -> None:
        if rows:
            with formatter.section(heading):
                formatter.write_dl([(term, typeset(text)) for term, text in rows])


class Group(Command, click.Group):
    """A group of such commands, shown in the order in which they were added."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args, invoke_without_command=True, subcommand_metavar="COMMANDE [ARGUMENTS]...", **kwargs
        )

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order in which they were added."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command named first, or say in French that there is none."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None:
            raise wrong_use(
                f"commande inconnue : « {redacted(name)} »", ctx, _did_you_mean(name, self.commands)
            )
        return name, command, args[1:]


def one_of(words: Sequence[str]) -> Callable[[str], str]:
    """Return the type of an option that takes one of some words."""

    def choice(value: str) -> str:
        if value not in words:
            raise click.BadParameter(f"« {value} » ; au choix : {', '.join(words)}")
        return value

    return choice


def axis(value: str) -> int:
    """Read the number of an axis; whether it exists, `geo.figures` knows.

    Raises
    ------
    click.BadParameter
        If it is no number; click adds the option that it is about, here and below.
    """
    if not re.fullmatch(r"[0-9]{1,3}", value.strip()):
        raise click.BadParameter(f"« {value} » ; un numéro est attendu, de 1 à 4")
    return int(value)


def count(value: str) -> int:
    """Read a number, from 1 on.

    Raises
    ------
    click.BadParameter
        If it is none.
    """
    if not (value.strip().isascii() and value.strip().isdigit() and int(value) > 0):
        raise click.BadParameter(f"« {value} » ; attendu un nombre, à partir de 1")
    return int(value)


def box(value: str) -> tuple[float, float, float, float]:
    """Read west, south, east and north, degrees.

    Raises
    ------
    click.BadParameter
        If it is not four numbers; whether they make a box, `geo.query` knows.
    """
    with suppress(ValueError):
        west, south, east, north = map(float, value.split(","))
        if all(map(math.isfinite, (west, south, east, north))):
            return west, south, east, north
    raise click.BadParameter(
        f"« {value} » ; attendu ouest,sud,est,nord en degrés, par exemple 2.7,50.3,2.9,50.5"
    )


def file_name(value: str) -> Path:
    """Read a file or a folder, whether it exists or not.

    Raises
    ------
    click.BadParameter
        If there is nothing in it.
    """
    if not value.strip():
        raise click.BadParameter("le nom est vide")
    return Path(value)


def condition(value: str) -> str:
    """Read a condition on the features, which `geo.query` understands.

    Raises
    ------
    click.BadParameter
        If there is nothing in it.
    """
    if not value.strip():
        raise click.BadParameter("la condition est vide")
    return value


def wrong_use(message: str, ctx: click.Context | None, hint: str = "") -> UsageError:
    """Return the error for a command that is called wrongly, with the way to its help."""
    path = ctx.command_path if ctx else "erbm"
    advice = f"Pour l'aide et des exemples : {path} --help"
    return UsageError(message, advice=f"{hint}\n{advice}" if hint else advice)


def explain(error: click.ClickException) -> UsageError:
    """Return in French what click has to say, from the fields of its exception.

    Parameters
    ----------
    error : click.ClickException
        What the parser raised; its own message is used only where this project wrote it.
    """
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    match error:
        case click.NoSuchOption():
            hint = _did_you_mean(error.option_name, error.possibilities or ())
            return wrong_use(f"option inconnue : {error.option_name}", ctx, hint)
        case click.MissingParameter():
            return wrong_use(f"il manque {_name(error.param)}", ctx)
        case click.BadParameter():
            return wrong_use(f"{_name(error.param)} : {error.message}", ctx)
        case click.BadOptionUsage():
            verb = "ne prend pas de valeur" if _is_flag(error.option_name, ctx) else "attend une valeur"
            return wrong_use(f"l'option {error.option_name} {verb}", ctx)
    return wrong_use("commande mal formée", ctx)


def _did_you_mean(asked: str, names: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # only when something is wrong

    near = get_close_matches(asked, list(names), cutoff=0.75)
    return f"Vouliez-vous dire {' ou '.join(near)} ?" if near else ""


def _name(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return f"l'option {max(param.opts, key=len)}"
    return f"l'argument {param.human_readable_name}" if param else "un argument"


def _is_flag(option: str, ctx: click.Context | None) -> bool:
    params = ctx.command.params if ctx else []
    return any(isinstance(p, click.Option) and p.is_flag and option in p.opts for p in params)
