"""Fetch the live sources of the layers, examine them, keep what is good; never lose the last good data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from geo import catalog
from geo.catalog import Feed, Layer
from geo.errors import DataError, ErbmError, UsageError
from geo.ingest import feeds
from geo.ingest.lots import Lot
from geo.sources import datagouv, pages, postgis, wfs
from geo.sources.store import Entry, Store, synced
from geo.sources.web import Got, Unchanged, Web
from geo.territories import load as load_territories
from geo.text import long_date, plural

Progress = Callable[[str, int, int | None], None]
"""Called with what is being fetched, the bytes had, and the bytes there are if known."""

RAW_MAX = 100 << 20
"""Bytes of a download that are kept after it was read, so that ``--offline`` can read it again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one part of a layer.

    `etat` is ``neuf``, ``inchangé``, ``panne`` or ``sans adresse``; `detail` says it in French.
    """

    cle: str
    titre: str
    etat: str
    detail: str
    lot: Entry | None = None

    def told(self) -> str:
        """Return what to tell a person: how much, or why not and what stays in place."""
        if self.etat == "panne":
            rest = ""
            if self.lot is not None:
                day = self.lot["recupere"][:10]
                when = (
                    f"du {long_date(date.fromisoformat(day))}"
                    if day
                    else f"du millésime {self.lot['millesime']}"
                )
                rest = f"\n  données {when} gardées"
            return self.detail.replace("\n", "\n  ") + rest
        return f"{self.detail}, inchangé" if self.etat == "inchangé" else self.detail


def sync(
    layers: Sequence[str] = (),
    *,
    mirror: Path | None = None,
    offline: bool = False,
    web: Web | None = None,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """Renew the data of layers, part by part, and yield what became of each.

    A part that fails keeps its last good data; each part that succeeds is in the lock before
    the next one begins.

    Parameters
    ----------
    layers : sequence of str
        Names of layers; all those that have sources by default.
    mirror : pathlib.Path, optional
        A folder that answers instead of the network.
    offline : bool
        Never touch the network: read again what was downloaded, as the layers are now defined.
    web : Web, optional
        The network; made here by default.
    progress : callable, optional
        Told of each download.

    Raises
    ------
    UsageError
        If a layer is unknown or has no source.
    ErbmError
        If another program is synchronising, or the cache cannot be written.
    """
    known = catalog.load()
    chosen = [known.find(name) for name in layers] or [
        layer for layer in known.layers.values() if layer.donnees
    ]
    bare = [layer.titre for layer in chosen if not layer.donnees]
    if bare:
        raise UsageError(
            f"couche sans source : {', '.join(bare)}", advice="« erbm layers » dit lesquelles en ont."
        )
    if mirror is not None and not mirror.is_dir():
        raise DataError("dossier introuvable", where=str(mirror), advice="Donnez le dossier du miroir.")
    store = synced()
    with store.writing() as entries, web or Web(store.downloads, progress=progress) as network:
        work = _Work(store, entries, network, mirror, offline=offline)
        for layer in chosen:
            for part in dict.fromkeys(feed.partie for feed in layer.donnees):
                yield work.renew(layer, part)


class _Work:
    """One synchronisation: where it writes, how it reaches sources."""

    def __init__(
        self, store: Store, entries: dict[str, Entry], web: Web, mirror: Path | None, *, offline: bool
    ) -> None:
        self.store = store
        self.entries = entries
        self.web = web
        self.mirror = mirror
        self.offline = offline
        self.had: dict[str, tuple[Got, str]] = {}
        """Addresses downloaded so far, and the object that keeps each: one archive has many layers."""

    def renew(self, layer: Layer, part: str) -> Outcome:
        """Try the feeds of a part in their order; keep the first that answers."""
        key = f"{layer.id}/{part}" if part else layer.id
        title = f"{layer.titre}, {part}" if part else layer.titre
        before = self.entries.get(key)
        failures: list[ErbmError] = []
        for feed in layer.donnees:
            if feed.partie != part or not self._can_reach(feed, before):
                continue
            try:
                entry = self._entry(layer, feed, before)
            except ErbmError as error:
                failures.append(error)
                continue
            self.entries[key] = entry
            self.store.commit(self.entries)
            same = before is not None and entry["objets"] == before["objets"]
            return Outcome(key, title, "inchangé" if same else "neuf", _told(entry), entry)
        if not failures:
            detail = (
                "absente du miroir" if self.mirror else "rien à relire" if self.offline else "pas d'adresse"
            )
            if before is not None:
                detail += f", gardée telle quelle ({_told(before)})"
            return Outcome(key, title, "sans adresse", detail, before)
        if before is not None:
            reason = failures[-1].message.splitlines()[0].rstrip(". ")
            self.entries[key] = {**before, "panne": f"{reason}, le {long_date(datetime.now(UTC).date())}"}
            self.store.commit(self.entries)
        return Outcome(key, title, "panne", "\n".join(map(_short, failures)), before)

    def _can_reach(self, feed: Feed, before: Entry | None) -> bool:
        if self.mirror is not None:
            return bool(feeds.mirror_paths(feed, self.mirror))
        if self.offline:
            return before is not None and before["flux"] == _identity(feed) and bool(before["bruts"])
        return bool(feed.adresses)

    def _entry(self, layer: Layer, feed: Feed, before: Entry | None) -> Entry:
        """Return what the lock will say of a feed.

        Raises
        ------
        ErbmError
            If it cannot be reached, read, or used.
        """
        if before is not None and before["flux"] != _identity(feed):
            before = None
        if self.mirror is not None:
            return self._from_mirror(layer, feed)
        if self.offline:
            return self._again(layer, feed, before or {})
        if feed.genre == "postgis":
            return self._from_postgis(layer, feed)
        if feed.genre == "fichier":
            return self._from_files(layer, feed)
        return self._from_network(layer, feed, before)

    def _from_mirror(self, layer: Layer, feed: Feed) -> Entry:
        folder = self.mirror or Path()
        paths = feeds.mirror_paths(feed, folder)
        taken = feeds.take(layer, feed, feeds.read(feed, paths, mirrored=True), mirrored=True)
        adresse = ", ".join(feed.miroir)
        lot = feeds.lot_of(layer, feed, taken, feeds.digest(paths), adresse=adresse)
        return self._kept(lot, feed)

    def _from_files(self, layer: Layer, feed: Feed) -> Entry:
        paths = [path for address in feed.adresses for path in _files(layer, address)]
        taken = feeds.take(layer, feed, feeds.read(feed, paths))
        adresse = ", ".join(feed.adresses)
        return self._kept(
            feeds.lot_of(layer, feed, taken, feeds.digest(paths), adresse=adresse, recupere=_now()), feed
        )

    def _again(self, layer: Layer, feed: Feed, before: Entry) -> Entry:
        paths = [self.store.path(name) for name in before["bruts"]]
        raw = feeds.read(feed, paths, names=feed.adresses)
        lot = feeds.lot_of(
            layer, feed, feeds.take(layer, feed, raw), before["sha256"], adresse=before["adresse"]
        )
        kept = {name: before[name] for name in ("recupere", "bruts", "etag", "modifie")}
        return {**self._kept(lot, feed), **kept}

    def _from_postgis(self, layer: Layer, feed: Feed) -> Entry:
        ground = load_territories().perimeter
        raw = postgis.read(feed.adresses[0], feed.couche, where_perimeter=ground)
        taken = feeds.take(layer, feed, raw)
        lot = feeds.lot_of(
            layer, feed, taken, "", adresse=postgis.redacted(feed.adresses[0]), recupere=_now()
        )
        return self._kept(lot, feed)

    def _from_network(self, layer: Layer, feed: Feed, before: Entry | None) -> Entry:
        had = before if before is not None and before["lecture"] == _reading(layer, feed) else None
        got = self._download(feed, had)
        if not got:  # nothing new
            return {**(had or {}), "verifie": _now(), "panne": ""}
        paths = [_named(one.path, _SUFFIXES.get(feed.format, "")) for one in got]
        raw = feeds.read(feed, paths, names=feed.adresses)
        lot = feeds.lot_of(
            layer,
            feed,
            feeds.take(layer, feed, raw),
            feeds.digest(paths),
            adresse=got[0].url,
            recupere=_now(),
        )
        entry = self._kept(lot, feed)
        entry["etag"], entry["modifie"] = (got[0].etag, got[0].modified) if len(got) == 1 else ("", "")
        if sum(path.stat().st_size for path in paths) <= RAW_MAX:
            entry["bruts"] = [self.store.adopt(path, feeds.digest([path]), path.suffix) for path in paths]
            if len(got) == len(feed.adresses):
                self.had |= zip(feed.adresses, zip(got, entry["bruts"], strict=True), strict=True)
        for path in paths:
            if path.parent == self.store.downloads:
                path.unlink(missing_ok=True)
        return entry

    def _download(self, feed: Feed, had: Entry | None) -> list[Got]:
        """Return the files that answer a feed; none if they are those that we had."""
        if feed.genre == "wfs":
            return wfs.fetch(self.web, feed.adresses[0], feed.couche, version=feed.version, crs=feed.crs)
        if feed.genre == "pages":
            return [got for address in feed.adresses for got in pages.fetch(self.web, address)]
        found = []
        for address in feed.adresses:
            if address in self.had:
                before, name = self.had[address]
                found.append(replace(before, path=self.store.path(name)))
                continue
            known = (
                {"etag": had["etag"], "modified": had["modifie"]} if had and len(feed.adresses) == 1 else {}
            )
            got = self.web.get(
                datagouv.resolve(self.web, address), expect=_EXPECTED.get(feed.format, ""), **known
            )
            if isinstance(got, Unchanged):
                return []
            found.append(got)
        return found

    def _kept(self, lot: Lot, feed: Feed) -> Entry:
        """Save a lot; return its entry."""
        layer = catalog.load().layers[lot.couche]
        suite = {
            "flux": _identity(feed),
            "lecture": _reading(layer, feed),
            "verifie": _now(),
            "etag": "",
            "modifie": "",
            "bruts": [],
        }
        return replace(lot, suite=suite).entry(self.store)


_SUFFIXES = {
    "geojson": ".geojson",
    "csv": ".csv",
    "gpx": ".gpx",
    "zip": ".zip",
    "geoparquet": ".parquet",
    "finess": ".csv",
}
_EXPECTED = {
    "geojson": "json",
    "csv": "csv",
    "finess": "csv",
    "gpx": "gpx",
    "zip": "zip",
    "geoparquet": "parquet",
}


def _identity(feed: Feed) -> str:
    """Return what tells a feed from another: where it is."""
    return " ".join((feed.genre, *feed.adresses, *feed.miroir, feed.couche))


def _reading(layer: Layer, feed: Feed) -> str:
    """Return what changes when the same bytes would be read otherwise."""
    told = repr((feed, layer.champs, layer.geometrie, layer.standard, layer.inventaire))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _named(path: Path, suffix: str) -> Path:
    """Give a download the suffix of its format, which readers look at."""
    return path.rename(path.with_name(path.stem + suffix)) if suffix and path.suffix != suffix else path


def _files(layer: Layer, address: str) -> list[Path]:
    """Return the files that a path names, ``*`` allowed, from the folder of the layer.

    Raises
    ------
    DataError
        If there is none.
    """
    whole = layer.folder / Path(address).expanduser()
    found = sorted(path for path in whole.parent.glob(whole.name) if path.is_file())
    if not found:
        raise DataError("fichier introuvable", where=str(whole))
    return found


def _short(error: ErbmError) -> str:
    """Return an error without the parameters of the address, which fill the screen."""
    where = error.where.partition("?")[0]
    return f"{where} : {error.message}" if where else error.message


def _told(entry: Entry) -> str:
    """Return how many records there are, and how many rows were set aside, and why."""
    kept, aside = plural(entry["nombre"], "objet"), plural(entry["ecarte"], "écarté")
    reasons = [text for kind, text, *_ in entry["rapport"]["notes"] if kind == "écarté"]
    return f"{kept}, {aside} ({', '.join(reasons)})" if entry["ecarte"] else kept
