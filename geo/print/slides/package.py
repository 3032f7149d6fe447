"""The bytes of a presentation: the same for the same slides, in French wherever a program looks."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime, time
from pathlib import Path

from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.presentation import Presentation as Deck

from geo import __version__
from geo.sources.cache import replacing

_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of all members: the earliest that a zip can tell."""
_LEFT_OUT = ("docProps/thumbnail.jpeg", "ppt/printerSettings/printerSettings1.bin")
"""What the empty presentation brings along: a picture of an empty slide, the settings of a printer."""
_SHEET = "Données"
_CREATED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_MAKER = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Application>erbm-atlas {__version__}</Application></Properties>"
).encode()
"""Who made the file, and nothing of the machine that the empty presentation was made on."""
_WORDS = (
    ("Click to edit Master text styles", "Texte du commentaire"),
    ("Second level", "Deuxième niveau"),
    ("Third level", "Troisième niveau"),
    ("Fourth level", "Quatrième niveau"),
    ("Fifth level", "Cinquième niveau"),
    ("Header Placeholder", "En-tête"),
    ("Date Placeholder", "Date"),
    ("Slide Image Placeholder", "Diapositive"),
    ("Notes Placeholder", "Commentaires"),
    ("Footer Placeholder", "Pied de page"),
    ("Slide Number Placeholder", "Numéro"),
    ("Office Theme", "Atlas"),
)
"""English of the empty presentation, in the views that a user may open."""


def stamp(deck: Deck, title: str, day: date) -> None:
    """Tell the title, the language and the day of a presentation in its properties."""
    noon = datetime.combine(day, time(12), UTC).replace(tzinfo=None)
    own = deck.core_properties
    own.title, own.language, own.subject = title, "fr-FR", "Engagement pour le renouveau du bassin minier"
    own.author, own.last_modified_by, own.keywords, own.comments, own.category = "", "", "ERBM", "", ""
    own.created = own.modified = own.last_printed = noon
    own.revision = 1


def _name_notes(deck: Deck) -> None:
    """List the master of the notes in the presentation, as the format wants and python-pptx does not."""
    for key, link in deck.part.rels.items():
        if link.reltype == RT.NOTES_MASTER:
            masters = deck.part._element.sldMasterIdLst  # noqa: SLF001  # there is no other door
            entry = f'<p:notesMasterId r:id="{key}"/>'
            listed = f"<p:notesMasterIdLst {nsdecls('p', 'r')}>{entry}</p:notesMasterIdLst>"
            masters.addnext(parse_xml(listed))


def save(deck: Deck, target: Path, day: date) -> None:
    """Write a presentation whole, its members in a fixed order and of a fixed date.

    Parameters
    ----------
    deck : pptx.presentation.Presentation
        What is written.
    target : pathlib.Path
        Where; the file is written beside, and renamed.
    day : datetime.date
        The day that the workbooks of the charts are dated.
    """
    _name_notes(deck)
    drawn = io.BytesIO()
    deck.save(drawn)
    content = _rewritten(drawn.getvalue(), day)
    with replacing(target) as temporary:
        temporary.write_bytes(content)


def _rewritten(package: bytes, day: date) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as read:
        members = {name: read.read(name) for name in read.namelist() if name not in _LEFT_OUT}
    first = ["[Content_Types].xml", "_rels/.rels"]
    order = first + sorted(members.keys() - set(first))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name in order:
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            info.create_system = 0
            target.writestr(info, _member(name, members[name], day))
    return written.getvalue()


def _member(name: str, content: bytes, day: date) -> bytes:
    """Return a member in French and without the hour at which it was made."""
    if name.endswith(".xlsx"):
        return _rewritten(content, day)
    if name == "docProps/app.xml":
        return _MAKER
    if name == "docProps/core.xml":
        return _CREATED.sub(rb"\g<1>" + f"{day.isoformat()}T12:00:00Z".encode() + rb"\g<3>", content)
    if name.endswith(".rels"):
        return re.sub(rb"<Relationship [^>]*(thumbnail|printerSettings)[^>]*/>", b"", content)
    if not name.endswith(".xml"):
        return content
    told = content.decode("utf-8")
    if name.startswith("ppt/charts/"):
        told = told.replace("Sheet1!", f"'{_SHEET}'!")
    elif name == "xl/workbook.xml":
        told = told.replace('name="Sheet1"', f'name="{_SHEET}"')
    elif "notesMaster" in name or name.startswith("ppt/theme/"):
        for english, french in _WORDS:
            told = told.replace(english, french)
    return told.replace('lang="en-US"', 'lang="fr-FR"').encode("utf-8")
