"""The rules of the house, read in the code itself: what may import what, and what is not written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import geo

ROOT = Path(geo.__file__).parent
MODULES = sorted(path for path in ROOT.rglob("*.py") if "node_modules" not in path.parts)

RANKS = (
    {"errors", "prepared", "text"},
    {"processes"},
    {"sources"},
    {"territories"},
    {"catalog"},
    {"ledger"},
    {"ingest"},
    {"sync"},
    {"allocate"},
    {"indicators"},
    {"query"},
    {"sql"},
    {"api"},
    {"rows"},
    {"content"},
    {"changes"},
    {"atlas", "print", "export"},
    {"pack"},
    {"cli"},
)
"""From the lowest: a module imports those of lower ranks alone."""
RANK = {name: rank for rank, names in enumerate(RANKS) for name in names}

NETWORK = {
    "urllib.request",
    "http.client",
    "socket",
    "requests",
    "httpx",
    "urllib3",
    "ftplib",
    "platformdirs",
}
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


def top(path: Path) -> str:
    """Return the noun that a file belongs to: ``sources`` for ``sources/cache.py``."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of all that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield node.lineno, str(ast.literal_eval(node.args[0]))


def nouns(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the noun of all that a file imports from the package."""
    for number, name in imports(path):
        first, _, rest = name.partition(".")
        if first == "geo":
            yield number, rest.partition(".")[0]


def test_the_house_is_read() -> None:
    assert {"errors", "allocate", "sources", "territories"} <= {top(path) for path in MODULES}
    assert {"catalog", "ledger"} <= {noun for _, noun in nouns(ROOT / "query" / "selecting.py")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_data_flow_one_way(path: Path) -> None:
    own = top(path)
    if own == "__init__":  # the names of `import geo`, and the atlas when it is asked for
        assert {noun for _, noun in nouns(path)} <= {"api", "atlas", "export", "pack", "print"}
        return
    for number, noun in nouns(path):
        where = f"{path.relative_to(ROOT)}:{number} imports {noun or 'geo itself'}"
        if not noun or noun == "__version__":
            assert own == "cli" or noun, where  # `import geo`, to call `geo.atlas` without importing folium
        elif noun != own:
            assert own not in {"atlas", "print", "export"} or noun != "cli", where
            assert not (own == "cli" and noun in {"atlas", "print", "export"}), where
            assert RANK[noun] < RANK[own], where


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_network_and_cache_are_in_sources_alone(path: Path) -> None:
    if top(path) == "sources":
        return
    for number, name in imports(path):
        where = f"{path.relative_to(ROOT)}:{number} imports {name}"
        assert not any(name == known or name.startswith(f"{known}.") for known in NETWORK), where
    assert "ERBM_CACHE" not in path.read_text(encoding="utf-8") or top(path) == "cli"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_not_written(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = {kind.id for kind in caught if isinstance(kind, ast.Name)}
            assert None not in caught, f"{where}: a bare except"
            assert not names & {"Exception", "BaseException"}, f"{where}: except Exception"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            defaults = [*node.args.defaults, *node.args.kw_defaults]
            assert not any(isinstance(d, MUTABLE) for d in defaults), f"{where}: a mutable default"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_geometry_is_prepared_in_one_place(path: Path) -> None:
    if top(path) == "prepared":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        named = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        assert named not in {"shapely.prepare", "shapely.prepared.prep", "prep"}, (
            f"{where}: others may hold what is prepared"
        )


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def _lines_of_code(function: ast.FunctionDef) -> int:
    """Return how many lines a function has, its docstring aside."""
    docstring = function.body[0] if ast.get_docstring(function) else None
    told = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - told


def test_functions_and_modules_are_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {_lines_of_code(function)} lines"
        for path in MODULES
        for function in _functions(path)
        if _lines_of_code(function) > 45
    ]
    assert long == []
    lengths = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n") for path in MODULES
    }
    assert {name: length for name, length in lengths.items() if length > 450} == {}


def test_the_rules_see_what_breaks_them(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(
        "def f(a=[]):\n    try:\n        from geo.cli import main\n    except Exception:\n        pass\n",
        encoding="utf-8",
    )
    assert list(nouns(bad)) == [(3, "cli")]
    handlers = [
        n for n in ast.walk(ast.parse(bad.read_text(encoding="utf-8"))) if isinstance(n, ast.ExceptHandler)
    ]
    assert isinstance(handlers[0].type, ast.Name)
