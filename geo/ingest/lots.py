"""What a part of a layer is made of now: its records, what was set aside, where it was read, when.

A lot is kept in a store (`geo.sources.store`) as two objects, records and rows set aside, and
one entry of the lock; or it is read from the mirror, and kept nowhere.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.catalog import Document, Layer
from geo.errors import DataError
from geo.sources.store import Entry, Store
from geo.territories import LAMBERT_93
from geo.text import plural

if TYPE_CHECKING:
    from geo.ingest.report import Report


@dataclass(frozen=True)
class Lot:
    """The records of one part of a layer.

    `records` is what `geo.ingest.door.examine` kept (EPSG:2154), `aside` what it set aside.
    `recupere` is when it was fetched (ISO, UTC), empty for the mirror; `panne` says why the
    last attempt to renew it failed.
    """

    couche: str
    partie: str
    document: Document
    adresse: str
    records: gpd.GeoDataFrame
    aside: pd.DataFrame
    report: Report
    recupere: str = ""
    sha256: str = ""
    resume: str = ""
    panne: str = ""
    suite: Mapping[str, Any] = field(default_factory=dict)
    """What the next request needs: validators, raw objects, the definition it was read with."""

    @property
    def cle(self) -> str:
        """Its key in the lock: the layer, and the part where there are several."""
        return f"{self.couche}/{self.partie}" if self.partie else self.couche

    @property
    def nombre(self) -> int:
        """How many records it has."""
        return len(self.records)

    @property
    def ecarte(self) -> int:
        """How many rows were set aside."""
        return len(self.aside)

    @property
    def repare(self) -> int:
        """How many mends there were: a row, or one value of it, each time."""
        return sum(note.count for note in self.report.of("réparé"))

    @property
    def millesime(self) -> str:
        """The vintage that its document declares."""
        return self.document.millesime

    def entry(self, store: Store) -> Entry:
        """Save its objects in a store; return its entry for the lock."""
        return {
            "couche": self.couche,
            "partie": self.partie,
            "document": {name: getattr(self.document, name) for name in Document.__dataclass_fields__},
            "adresse": self.adresse,
            "recupere": self.recupere,
            "sha256": self.sha256,
            "licence": self.document.licence,
            "millesime": self.document.millesime,
            "nombre": self.nombre,
            "ecarte": self.ecarte,
            "repare": [f"{note.text} ({note.count})" for note in self.report.of("réparé")],
            "resume": self.resume,
            "panne": self.panne,
            "rapport": self.report.to_dict(),
            "objets": {
                "objets": store.save(_packed(self.records), ".parquet"),
                "ecartes": store.save(_aside_packed(self.aside), ".json"),
            },
            **self.suite,
        }

    @classmethod
    def of(cls, entry: Entry, store: Store, layer: Layer) -> Lot:
        """Return the lot that an entry names.

        Raises
        ------
        DataError
            If an object is missing or damaged.
        """
        from geo.ingest.report import Report  # noqa: PLC0415 - facts alone have no report

        names = entry["objets"]
        try:
            records = _unpacked(store.path(names["objets"]).read_bytes(), layer)
            aside = _aside_unpacked(store.path(names["ecartes"]).read_bytes())
        except (OSError, ValueError, KeyError):
            raise DataError(
                "données abîmées ou absentes",
                where=f"{store.name}, {entry['couche']}",
                advice=f"Refaites-les : « erbm sync {entry['couche']} » (ou « erbm add »).",
            ) from None
        return cls(
            couche=entry["couche"],
            partie=entry["partie"],
            document=Document(**entry["document"]),
            adresse=entry["adresse"],
            records=records,
            aside=aside,
            report=Report.from_dict(entry["rapport"]),
            recupere=entry["recupere"],
            sha256=entry["sha256"],
            resume=entry["resume"],
            panne=entry["panne"],
        )

    def told(self) -> str:
        """Return how much it is, in French: ``1 315 objets, 2 écartés, 1 réparé``."""
        parts = [plural(self.nombre, "objet")]
        parts += [plural(self.ecarte, "écarté")] if self.ecarte else []
        parts += [plural(self.repare, "réparé")] if self.repare else []
        return ", ".join(parts)


def _packed(records: gpd.GeoDataFrame) -> bytes:
    """Return records as Parquet: row number, fields as JSON, shape as WKB (EPSG:2154)."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and only needed where there are lots
    from pyarrow import parquet  # noqa: PLC0415 - with it

    fields = records.drop(columns="geometry")
    rows = [json.dumps(row, ensure_ascii=False, allow_nan=False) for row in fields.to_dict("records")]
    table = pa.table(
        {
            "ligne": pa.array([int(number) for number in records.index], pa.int64()),
            "champs": pa.array(rows, pa.string()),
            "geometrie": pa.array(shapely.to_wkb(records.geometry.array).tolist(), pa.binary()),
        }
    )
    stream = io.BytesIO()
    parquet.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _unpacked(data: bytes, layer: Layer) -> gpd.GeoDataFrame:
    from pyarrow import parquet  # noqa: PLC0415 - heavy, and only needed where there are lots

    table = parquet.read_table(io.BytesIO(data)).to_pydict()
    rows = [json.loads(text) for text in table["champs"]]
    names = dict.fromkeys(["_cle", "_precision", "nom", *(known.nom for known in layer.champs)])
    columns = list(dict.fromkeys([*names, *(name for row in rows for name in row)]))
    frame = pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns},
    )
    frame.index = pd.Index(table["ligne"])
    return gpd.GeoDataFrame(frame, geometry=shapely.from_wkb(table["geometrie"]), crs=LAMBERT_93)


def _aside_packed(aside: pd.DataFrame) -> bytes:
    rows = [{str(name): _plain(value) for name, value in row.items()} for row in aside.to_dict("records")]
    document = {"lignes": [int(number) for number in aside.index], "rangs": rows}
    return json.dumps(document, ensure_ascii=False).encode()


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _aside_unpacked(data: bytes) -> pd.DataFrame:
    document = json.loads(data)
    return pd.DataFrame(document["rangs"], index=document["lignes"], dtype=object)
