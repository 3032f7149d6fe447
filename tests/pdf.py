"""The text of a PDF, as a reader's program finds it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from pypdf import PdfReader


def page_texts(path: Path) -> list[str]:
    """Return the text of each page: by poppler, or else by pypdf, slower by ten where pages have maps."""
    program = shutil.which("pdftotext")
    if program is None:
        return [page.extract_text() for page in PdfReader(path).pages]
    done = subprocess.run([program, "-raw", str(path), "-"], check=True, capture_output=True)
    return done.stdout.decode().removesuffix("\f").split("\f")
