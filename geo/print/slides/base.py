"""The presentation that slides are put in: its theme, its master and its layouts, in the charte's colours."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from PIL import Image
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout, SlideMaster
from pptx.util import Emu

from geo.catalog import Axis
from geo.content.charte import Charte
from geo.print.slides import grid
from geo.print.slides.grid import Box

COVER, TABLE, CHARTS, AXIS, RECORDS = "Ouverture", "Tableau", "Deux graphiques", "Axe", "Carte et tableau"
"""Names of the layouts; there is one `AXIS` for each, ``Axe 1`` to ``Axe 4``."""

SUBTITLE, TEXT, PICTURE = 10, 11, 12
TABLES, CHART, CAPTION = 13, 14, 16
FIGURES, HEADS, SECOND_CHART, KEY = 20, 23, 15, 17
"""Numbers (`idx`) of the placeholders; those of `FIGURES` and `HEADS` follow one another."""
FOOTER, NUMBER = 40, 41

_NS = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_GROUP = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm>'
    "</p:grpSpPr>"
)


def base(charte: Charte, axes: Sequence[Axis]) -> Deck:
    """Return an empty presentation, 16:9, with a layout for each kind of slide.

    Parameters
    ----------
    charte : Charte
        Its colour is that of titles and bands; its logo stands on every slide.
    axes : sequence of Axis
        Each has a layout in its own colour.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = (Emu(one) for one in grid.SLIDE)
    deck.part._element.sldSz.attrib.pop("type", None)  # noqa: SLF001  # it said 4:3
    colour = charte.couleur.lstrip("#")
    master = deck.slide_master
    _paint_theme(master, colour, axes)
    _draw_master(master, colour)
    wanted = _layouts(colour, axes)
    own = list(deck.slide_layouts)
    for layout in own[len(wanted) :]:
        deck.slide_layouts.remove(layout)
    for layout, (name, shapes) in zip(own, wanted, strict=False):
        _draw_layout(layout, name, shapes)
    if charte.logo:
        for layout in deck.slide_layouts:
            _put_logo(layout, charte.logo, grid.COVER_LOGO if layout.name == COVER else grid.LOGO)
    return deck


def layout(deck: Deck, name: str) -> SlideLayout:
    """Return a layout of the presentation by its name."""
    return next(one for one in deck.slide_layouts if one.name == name)


def _paint_theme(master: SlideMaster, colour: str, axes: Sequence[Axis]) -> None:
    part = master.part.part_related_by(RT.THEME)
    theme = part.blob.decode("utf-8")
    tones = {"dk1": grid.COAL, "lt1": "FFFFFF", "dk2": colour, "lt2": "F6F3EC"}
    tones |= {f"accent{place}": axis.couleur.lstrip("#") for place, axis in enumerate(axes[:4], start=1)}
    tones |= {"accent5": grid.MUTED, "accent6": "B9B1A2", "hlink": "245A8C", "folHlink": grid.MUTED}
    scheme = "".join(f'<a:{key}><a:srgbClr val="{tone.upper()}"/></a:{key}>' for key, tone in tones.items())
    face = f'<a:latin typeface="{grid.FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fonts = f"<a:majorFont>{face}</a:majorFont><a:minorFont>{face}</a:minorFont>"
    for pattern, own in (
        (r"<a:clrScheme.*</a:clrScheme>", f'<a:clrScheme name="Atlas">{scheme}</a:clrScheme>'),
        (r"<a:fontScheme.*</a:fontScheme>", f'<a:fontScheme name="Atlas">{fonts}</a:fontScheme>'),
        (r'name="Office Theme"', 'name="Atlas"'),
    ):
        theme = re.sub(pattern, own, theme, flags=re.DOTALL)
    part._blob = theme.encode("utf-8")  # noqa: SLF001  # a part without a writer


def _placeholder(
    number: int, name: str, kind: str, idx: int, box: Box, *, size: int, colour: str = "", look: str = ""
) -> str:
    """Return a placeholder of a master or a layout; `look` holds ``b`` bold, ``r`` right, ``d`` down."""
    ph = f'type="{kind}"' + (f' idx="{idx}"' if idx else "")
    align = "r" if "r" in look else "l"
    fill = f'<a:solidFill><a:srgbClr val="{(colour or grid.COAL).upper()}"/></a:solidFill>'
    face = '<a:latin typeface="+mn-lt"/>'
    run = f'<a:defRPr lang="fr-FR" sz="{size * 100}" b="{int("b" in look)}" i="0">{fill}{face}</a:defRPr>'
    style = (
        f'<a:lvl1pPr marL="0" indent="0" algn="{align}"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/>{run}</a:lvl1pPr>'
    )
    anchor = "b" if "d" in look else "t"
    inset = 'lIns="0" tIns="0" rIns="0" bIns="0"'
    body = f'<a:bodyPr wrap="square" {inset} anchor="{anchor}"><a:noAutofit/></a:bodyPr>'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(name)}/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph {ph}/></p:nvPr></p:nvSpPr><p:spPr>{_frame(box)}"
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f"<p:txBody>{body}<a:lstStyle>{style}</a:lstStyle>{_prompt(name, kind)}</p:txBody></p:sp>"
    )


def _prompt(name: str, kind: str) -> str:
    if kind == "sldNum":
        return (
            '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="fr-FR"/>'
            '<a:t>‹N°›</a:t></a:fld><a:endParaRPr lang="fr-FR"/></a:p>'
        )  # fmt: skip
    return f'<a:p><a:r><a:rPr lang="fr-FR"/><a:t>{escape(name)}</a:t></a:r></a:p>'


def _frame(box: Box) -> str:
    x, y, w, h = box.emu
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'


def _band(number: int, box: Box, colour: str) -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Filet"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{colour.upper()}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr>'
        '<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="fr-FR"/></a:p></p:txBody></p:sp>'
    )


def _furniture(colour: str) -> list[str]:
    """Return what all layouts but the first share: title, second title, footer, number, and their rule."""
    return [
        _placeholder(2, "Titre", "title", 0, grid.TITLE, size=28, colour=colour, look="bd"),
        _placeholder(3, "Sous-titre", "body", SUBTITLE, grid.SUBTITLE, size=14, colour=grid.MUTED),
        *_foot(),
        _band(6, grid.RULE, colour),
    ]


def _foot() -> list[str]:
    return [
        _placeholder(4, "Pied de page", "ftr", FOOTER, grid.FOOTER, size=10, colour=grid.MUTED),
        _placeholder(5, "Numéro", "sldNum", NUMBER, grid.NUMBER, size=10, colour=grid.MUTED, look="r"),
    ]


def _draw_master(master: SlideMaster, colour: str) -> None:
    body = _placeholder(3, "Texte", "body", 1, grid.BODY, size=14)
    title = _placeholder(2, "Titre", "title", 0, grid.TITLE, size=28, colour=colour, look="bd")
    tree = f"<p:spTree {_NS}>{_GROUP}{title}{body}{''.join(_foot())}</p:spTree>"
    own = master.shapes._spTree  # noqa: SLF001  # a master has no other door
    own.getparent().replace(own, parse_xml(tree))


def _draw_layout(one: SlideLayout, name: str, shapes: Sequence[str]) -> None:
    common = one._element.cSld  # noqa: SLF001  # as above
    common.set("name", name)
    own = one.shapes._spTree  # noqa: SLF001
    own.getparent().replace(own, parse_xml(f"<p:spTree {_NS}>{_GROUP}{''.join(shapes)}</p:spTree>"))
    one._element.attrib.pop("type", None)  # noqa: SLF001
    one._element.set("preserve", "1")  # noqa: SLF001
    one._element.set("userDrawn", "1")  # noqa: SLF001


def _layouts(colour: str, axes: Sequence[Axis]) -> list[tuple[str, list[str]]]:
    text = _placeholder(12, "Texte libre", "body", TEXT, grid.TABLE_TEXT, size=14)
    table = _placeholder(10, "Tableau", "tbl", TABLES, grid.TABLE, size=12)
    return [
        (COVER, _cover(colour)),
        (TABLE, [*_furniture(colour), table, text]),
        (CHARTS, [*_furniture(colour), *_two_charts()]),
        (RECORDS, [*_furniture(colour), *_records()]),
        *((f"{AXIS} {axis.id}", _axis(axis)) for axis in axes),
    ]


def _cover(colour: str) -> list[str]:
    return [
        _placeholder(2, "Titre", "title", 0, grid.COVER_TITLE, size=36, colour=colour, look="bd"),
        _placeholder(3, "Territoire", "body", SUBTITLE, grid.COVER_SUBTITLE, size=24, look="b"),
        _placeholder(4, "Détails", "body", CAPTION, grid.COVER_DETAILS, size=14, colour=grid.MUTED),
        _placeholder(5, "Texte libre", "body", TEXT, grid.COVER_TEXT, size=14),
        _placeholder(6, "Carte", "pic", PICTURE, grid.COVER_MAP, size=12),
        _band(7, grid.COVER_BAND, colour),
    ]


def _two_charts() -> list[str]:
    (left, right), (one, other) = grid.HEADS, grid.CHARTS
    return [
        _placeholder(10, "Titre du graphique de gauche", "body", HEADS, left, size=16, look="b"),
        _placeholder(11, "Graphique de gauche", "chart", CHART, one, size=12),
        _placeholder(12, "Titre du graphique de droite", "body", HEADS + 1, right, size=16, look="b"),
        _placeholder(13, "Graphique de droite", "chart", SECOND_CHART, other, size=12),
        _placeholder(14, "Légende", "body", CAPTION, grid.CAPTION, size=12, colour=grid.MUTED),
    ]


def _records() -> list[str]:
    return [
        _placeholder(10, "Carte", "pic", PICTURE, grid.MAP, size=12),
        _placeholder(12, "Légende de la carte", "body", KEY, grid.MAP_KEY, size=10, colour=grid.MUTED),
        _placeholder(11, "Tableau", "tbl", TABLES, grid.WIDE_TABLE, size=12),
    ]


def _axis(axis: Axis) -> list[str]:
    tone = axis.couleur_texte.lstrip("#")
    figures = [
        _placeholder(10 + place, f"Chiffre {place + 1}", "body", FIGURES + place, box, size=12, colour=tone)
        for place, box in enumerate(grid.FIGURES)
    ]
    return [
        *_furniture(tone),
        *figures,
        _placeholder(14, "Tableau", "tbl", TABLES, grid.AXIS_TABLE, size=12),
        _placeholder(15, "Légende", "body", CAPTION, grid.AXIS_CAPTION, size=11, colour=grid.MUTED),
        _placeholder(16, "Avancement", "chart", CHART, grid.AXIS_CHART, size=11),
        _placeholder(17, "Carte", "pic", PICTURE, grid.MAP, size=12),
        _placeholder(18, "Légende de la carte", "body", KEY, grid.MAP_KEY, size=10, colour=grid.MUTED),
        _placeholder(19, "Texte libre", "body", TEXT, grid.MAP_TEXT, size=14),
    ]


def _put_logo(one: SlideLayout, logo: bytes, box: Box) -> None:
    """Draw the logo in a layout, as large as its box allows."""
    _, key = one.part.get_or_add_image_part(io.BytesIO(logo))
    with Image.open(io.BytesIO(logo)) as image:
        ratio = image.width / image.height
    high = min(box.h, box.w / ratio)
    wide = high * ratio
    left = box.x if one.name == COVER else box.x + box.w - wide
    picture = (
        f'<p:pic {_NS}><p:nvPicPr><p:cNvPr id="30" name="Logo" descr="Logo"/><p:cNvPicPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvPicPr><p:blipFill><a:blip r:embed="{key}"/>'
        "<a:stretch><a:fillRect/></a:stretch></p:blipFill>"
        f"<p:spPr>{_frame(Box(left, box.y, wide, high))}"
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
    )
    one._element.cSld.spTree.append(parse_xml(picture))  # noqa: SLF001  # `shapes` is of before
