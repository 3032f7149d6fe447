"""The atlas into PostGIS: whole or not at all, again and again, beside what others keep there."""

from __future__ import annotations

import logging
import threading
import traceback
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import pytest
import shapely

import geo
from geo import catalog
from geo.cli.exporting import export
from geo.cli.french import explain
from geo.errors import DataError, ErbmError, UsageError
from geo.export import export_postgis, tables
from geo.sources.postgis import read
from tests.conftest import clear_caches
from tests.postgis import CODED, PASSWORD, Base, Server, alone, fill, run, state

if TYPE_CHECKING:
    from tests.conftest import House

pytest.importorskip("psycopg", reason="le paquet psycopg n'est pas installé")
pytestmark = pytest.mark.postgis


# Exporting: the whole atlas, once


@pytest.fixture(scope="module")
def atlas(module_base: Base) -> Base:
    """Give a base that holds the embedded facts."""
    clear_caches()
    export_postgis(module_base.address)
    return module_base


def test_each_layer_has_its_table_and_all_its_features(atlas: Base) -> None:
    for layer in catalog.load().layers.values():
        table = layer.id.replace("-", "_")
        ids = [row[0] for row in atlas.sql(f'SELECT id FROM erbm.{table} ORDER BY id COLLATE "C"')]
        assert ids == sorted(geo.query(layer.id)["id"]), layer.id
    assert atlas.sql("SELECT count(*) FROM erbm.territoires_epci") == [(8,)]
    assert atlas.sql("SELECT count(*) FROM erbm.territoires_communes") == [(336,)]
    assert atlas.sql("SELECT count(*) FROM erbm.chiffres") == [(len(geo.figures()),)]
    for by in ("epci", "commune"):
        told = atlas.sql(f"SELECT count(*), sum(valeur) FROM erbm.statistiques WHERE decoupage = '{by}'")
        frame = geo.stats(by=by)
        assert told[0][0] == len(frame)
        assert told[0][1] == pytest.approx(frame["valeur"].sum())


def test_a_table_read_again_is_the_layer_bit_for_bit(atlas: Base) -> None:
    seen = set()
    for layer in catalog.load().layers.values():
        features = geo.query(layer.id)
        found = read(atlas.address, f"erbm.{layer.id.replace('-', '_')}")
        rows = {row["id"]: row for row in found.frame.to_dict("records")}
        shapes = dict(zip(found.frame["id"], found.geometry, strict=True))
        assert found.crs is not None
        assert found.crs.to_epsg() == 2154
        for feature in features.to_dict("records"):
            row, shape = rows[feature["id"]], shapes[feature["id"]]
            seen.add(None if shape is None else shape.geom_type)
            if feature["precision"] == "territoire":
                assert shape is None
            else:
                given, written = (shapely.get_coordinates(g).tobytes() for g in (feature["geometry"], shape))
                assert written == given
                assert shape.equals(feature["geometry"])
            for name in ("nom", "axe", "rubrique", "statut", "debut", "fin", "etat_au", "document", "ligne"):
                assert row[name] == feature[name], (feature["id"], name)
            for field in layer.champs:
                assert row[field.nom] == feature["attributs"].get(field.nom), (feature["id"], field.nom)
    assert {None, "Point", "MultiPoint", "LineString"} <= seen


def test_lists_amounts_and_objects_are_of_their_types(atlas: Base) -> None:
    communes, epci = atlas.sql("SELECT communes, epci FROM erbm.cites WHERE id = 'cites-lsm-102'")[0]
    assert (communes, epci) == (["62186", "62386"], ["246200364"])
    areas = atlas.sql("SELECT autres -> 'surfaces_ha' ->> '62186' FROM erbm.cites WHERE id = 'cites-lsm-102'")
    assert areas == [("68.85",)]
    figures = geo.figures()
    key = figures.index[figures["financeurs"].map(len) > 1][0]
    told = atlas.sql(f"SELECT valeur, financeurs, unite FROM erbm.chiffres WHERE id = '{key}'")[0]
    row = figures.loc[key]
    assert told == (row["valeur"], [funder.nom for funder in row["financeurs"]], row["unite"])
    joined = atlas.sql(
        "SELECT count(*) FROM erbm.cites c JOIN erbm.territoires_epci e ON e.siren = ANY (c.epci)"
        " WHERE c.geom IS NOT NULL AND NOT ST_DWithin(c.geom, e.geom, 2000)"
    )
    assert joined == [(0,)]


def test_shapes_are_valid_and_in_lambert_93(atlas: Base) -> None:
    places = atlas.sql(
        "SELECT f_table_name, type, srid, coord_dimension FROM geometry_columns WHERE f_table_schema = 'erbm'"
    )
    assert {place[2:] for place in places} == {(2154, 2)}
    kinds = {name: kind for name, kind, _, _ in places}
    assert kinds["territoires_communes"] == kinds["territoires_epci"] == "MULTIPOLYGON"
    assert kinds["sante"] == "POINT"
    for name in kinds:
        assert atlas.sql(
            f"SELECT count(*) FROM erbm.{name}"
            " WHERE NOT ST_IsValid(geom) OR ST_SRID(geom) <> 2154 OR ST_IsEmpty(geom)"
        ) == [(0,)]
    area = atlas.sql("SELECT sum(ST_Area(geom)) / 1e6 FROM erbm.territoires_epci")[0][0]
    assert area == pytest.approx(float(geo.territories()["area_km2"].sum()), rel=1e-9)


def test_every_table_and_column_is_described_in_the_base(atlas: Base) -> None:
    bare = atlas.sql(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'erbm'::regnamespace AND c.relkind = 'r' AND a.attnum > 0"
        " AND coalesce(col_description(c.oid, a.attnum), '') = ''"
    )
    assert bare == []
    told = dict(
        atlas.sql(
            "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class"
            " WHERE relnamespace = 'erbm'::regnamespace AND relkind = 'r'"
        )
    )
    for layer in catalog.load().layers.values():
        comment = told[layer.id.replace("-", "_")]
        assert layer.titre in comment
        assert layer.source.licence in comment
        assert layer.source.millesime in comment
    assert "2154" in atlas.sql("SELECT obj_description('erbm'::regnamespace)")[0][0]
    unit = atlas.sql(
        "SELECT col_description('erbm.cites'::regclass, attnum) FROM pg_attribute"
        " WHERE attrelid = 'erbm.cites'::regclass AND attname = 'area_ha'"
    )
    assert unit == [("Surface (ha)",)]


def test_keys_indexes_and_types(atlas: Base) -> None:
    without_key = atlas.sql(
        "SELECT relname FROM pg_class c WHERE relnamespace = 'erbm'::regnamespace AND relkind = 'r'"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')"
    )
    assert without_key == []
    indexes = "\n".join(
        row[0] for row in atlas.sql("SELECT indexdef FROM pg_indexes WHERE schemaname = 'erbm'")
    )
    for layer in catalog.load().layers:
        table = layer.replace("-", "_")
        assert f"ON erbm.{table} USING gist (geom)" in indexes
        assert f"ON erbm.{table} USING gin (communes)" in indexes
    assert "ON erbm.territoires_communes USING btree (siren)" in indexes
    types = dict(
        atlas.sql(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = 'erbm.cites'::regclass AND attnum > 0"
        )
    )
    assert types | {
        "id": "text", "communes": "text[]", "axe": "integer", "unesco": "boolean", "id_lsm": "bigint",
        "area_ha": "double precision", "autres": "jsonb", "montants": "jsonb",
    } == types  # fmt: skip
    assert types["geom"].endswith(",2154)")
    analysed = atlas.sql("SELECT count(*) FROM pg_stats WHERE schemaname = 'erbm' AND tablename = 'cites'")
    assert analysed[0][0] > 0


# Again, beside others, and not at all


@pytest.fixture
def tiny(house: House) -> House:
    """Give a tiny house with the facts of its first version."""
    fill(house, 1)
    return house


def test_repeating_changes_nothing(tiny: House, base: Base) -> None:
    first = export_postgis(base.address)
    before = state(base)
    stamps = base.sql("SELECT xmin, ctid FROM erbm.lieux")
    again = export_postgis(base.address)
    assert [(table.table, table.lignes) for table in first] == [(t.table, t.lignes) for t in again]
    assert all(table.changees == table.lignes > 0 for table in first)
    assert all(table.changees == 0 for table in again)
    assert state(base) == before
    assert base.sql("SELECT xmin, ctid FROM erbm.lieux") == stamps


def test_only_what_changed_is_written(tiny: House, base: Base) -> None:
    export_postgis(base.address)
    stamps = dict(base.sql("SELECT id, xmin FROM erbm.lieux"))
    tiny.facts["lieux"][3]["nom"] = '"Autre nom"'
    del tiny.facts["lieux"][4]
    tiny.write()
    written = {table.table: table.changees for table in export_postgis(base.address)}
    assert written["erbm.lieux"] == 2
    now = dict(base.sql("SELECT id, xmin FROM erbm.lieux"))
    assert set(stamps) - set(now) == {"lieux-n5"}
    assert {key for key in now if now[key] != stamps[key]} == {"lieux-n4"}


def test_a_second_version_replaces_the_first(tiny: House, base: Base) -> None:
    export_postgis(base.address)
    first = state(base)
    fill(tiny, 2)
    export_postgis(base.address)
    export_postgis(base.address, schema="frais")
    second = state(base)
    assert {name for name in first if first[name] != second[name]} >= {"lieux", "pistes", "chiffres"}
    assert second == state(base, "frais")


def test_views_and_rights_outlive_an_export(tiny: House, base: Base) -> None:
    export_postgis(base.address)
    base.sql(
        "CREATE VIEW erbm.grands AS SELECT id, nom, geom FROM erbm.lieux WHERE area_ha > 10",
        "GRANT USAGE ON SCHEMA erbm TO lectrice",
        "GRANT SELECT ON erbm.lieux TO lectrice",
    )
    fill(tiny, 2)
    tiny.layers["lieux"] += '[[champ]]\nnom = "acces"\nlibelle = "Accès"\ntype = "texte"\n'
    tiny.facts["lieux"][0]["attributs"] = '{ area_ha = 99.5, acces = "à pied" }'
    tiny.write()
    export_postgis(base.address)
    assert base.sql("SELECT nom FROM erbm.grands WHERE id = 'lieux-n2'") == [("Lieu n° 2, version 2",)]
    assert run(base.url("lectrice"), "SELECT acces FROM erbm.lieux WHERE id = 'lieux-n2'") == [("à pied",)]
    assert "acces" in state(base)["lieux"][1]
    assert "Accès" in state(base)["lieux"][1]


def _retyped(tiny: House) -> None:
    """Change the type of one attribute, and the name of another."""
    definition = tiny.layers["lieux"].replace('"booleen"', '"texte"')
    tiny.layers["lieux"] = definition.replace('nom = "area_ha"', 'nom = "surface"')
    tiny.facts["lieux"] = [{**fact, "attributs": '{ unesco = "oui" }'} for fact in tiny.facts["lieux"][:3]]
    tiny.write()


def test_columns_follow_the_layers(tiny: House, base: Base) -> None:
    export_postgis(base.address)
    _retyped(tiny)
    export_postgis(base.address)
    export_postgis(base.address, schema="frais")
    columns = state(base)["lieux"][1]
    assert columns == state(base, "frais")["lieux"][1]
    assert "surfacedouble precision" in columns
    assert "area_ha" not in columns
    assert base.sql("SELECT DISTINCT unesco FROM erbm.lieux") == [("oui",)]


@pytest.mark.parametrize(
    "dependent",
    [
        "CREATE VIEW public.vue AS SELECT id, unesco FROM erbm.lieux",
        "CREATE MATERIALIZED VIEW public.vue AS SELECT * FROM erbm.lieux",
        "CREATE FUNCTION public.vue() RETURNS bigint BEGIN ATOMIC SELECT count(unesco) FROM erbm.lieux; END",
    ],
)
def test_what_depends_on_a_column_that_must_change_is_named(tiny: House, base: Base, dependent: str) -> None:
    export_postgis(base.address)
    base.sql(dependent)
    before = state(base)
    _retyped(tiny)
    with pytest.raises(DataError, match="dépendent de la colonne") as refused:
        export_postgis(base.address)
    assert "vue" in refused.value.message
    assert "Rien n'a été changé" in refused.value.advice
    assert state(base) == before


def test_a_layer_that_is_no_more_takes_its_table_with_it(tiny: House, base: Base) -> None:
    export_postgis(base.address)
    (tiny.root / "pistes" / "layer.toml").unlink()
    del tiny.layers["pistes"]
    del tiny.facts["pistes"]
    tiny.write()
    export_postgis(base.address, layers="lieux")
    assert "pistes" in state(base)
    base.sql('CREATE VIEW public."tracé" AS SELECT geom FROM erbm.pistes')
    with pytest.raises(DataError, match="tracé"):
        export_postgis(base.address)
    assert "pistes" in state(base)
    base.sql('DROP VIEW public."tracé"')
    export_postgis(base.address)
    assert "pistes" not in state(base)


@pytest.mark.parametrize(
    "other",
    [
        "CREATE TABLE erbm.lieux (id text PRIMARY KEY, nom text)",
        "CREATE VIEW erbm.lieux AS SELECT 'à moi' AS id, 'à moi' AS nom",
        "CREATE SEQUENCE erbm.lieux",
    ],
)
def test_what_is_not_ours_is_never_touched(tiny: House, base: Base, other: str) -> None:
    base.sql(
        "CREATE SCHEMA erbm",
        "COMMENT ON SCHEMA erbm IS 'Schéma de la direction'",
        other,
        "CREATE TABLE erbm.parcelles (id int)",
        "INSERT INTO erbm.parcelles VALUES (1)",
    )
    before = state(base)
    with pytest.raises(DataError, match=r"erbm\.lieux existe et n'a pas été écrit par") as refused:
        export_postgis(base.address)
    assert "--schema" in refused.value.advice
    assert state(base) == before
    base.sql(f"DROP {other.split()[1]} erbm.lieux")
    export_postgis(base.address)
    export_postgis(base.address)
    assert base.sql("SELECT id FROM erbm.parcelles") == [(1,)]
    assert base.sql("SELECT obj_description('erbm'::regnamespace)") == [("Schéma de la direction",)]


def test_a_column_that_somebody_added_is_not_lost(tiny: House, base: Base) -> None:
    export_postgis(base.address)
    base.sql("ALTER TABLE erbm.lieux ADD COLUMN avis text", "UPDATE erbm.lieux SET avis = 'favorable'")
    before = state(base)
    fill(tiny, 2)
    with pytest.raises(DataError, match="avis") as refused:
        export_postgis(base.address)
    assert "table à vous, jointe par id" in refused.value.advice
    assert state(base) == before


def test_a_key_that_somebody_dropped_is_made_again(tiny: House, base: Base) -> None:
    export_postgis(base.address)
    before = state(base)
    base.sql(
        "ALTER TABLE erbm.lieux DROP CONSTRAINT lieux_pkey", "INSERT INTO erbm.lieux (id) VALUES ('x'), ('x')"
    )
    export_postgis(base.address)
    assert state(base) == before


def test_a_row_that_a_table_refers_to_is_not_taken_away(tiny: House, base: Base) -> None:
    export_postgis(base.address)
    base.sql(
        "CREATE TABLE visites (lieu text REFERENCES erbm.lieux (id))",
        "INSERT INTO visites VALUES ('lieux-n1')",
    )
    export_postgis(base.address)
    before = state(base)
    fill(tiny, 2)
    with pytest.raises(DataError, match=r"clé étrangère.*visites.*\[23503\]"):
        export_postgis(base.address)
    assert state(base) == before


def test_a_failure_in_the_middle_leaves_the_old_whole(tiny: House, base: Base) -> None:
    export_postgis(base.address)
    before = state(base)
    fill(tiny, 2)
    base.sql(
        "CREATE FUNCTION panne() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RAISE EXCEPTION 'panne' USING ERRCODE = 'disk_full'; END$$",
        "CREATE TRIGGER panne BEFORE INSERT OR UPDATE OR DELETE ON erbm.pistes"
        " FOR EACH ROW EXECUTE FUNCTION panne()",
    )
    with pytest.raises(DataError, match="disque du serveur est plein"):
        export_postgis(base.address)
    assert state(base) == before
    base.sql(
        "CREATE OR REPLACE FUNCTION panne() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN PERFORM pg_sleep(20); RETURN NEW; END$$"
    )
    with pytest.raises(DataError, match=r"trop long.*\[57014\]"):
        export_postgis(base.url(options="-cstatement_timeout%3D700"))
    assert state(base) == before
    base.sql(
        "DROP FUNCTION panne CASCADE",
        "GRANT USAGE ON SCHEMA erbm TO agence",
        *(f"ALTER TABLE erbm.{name} OWNER TO agence" for name in before if name != "pistes"),
    )
    with pytest.raises(DataError, match=r"droit insuffisant.*pistes.*\[42501\]"):
        export_postgis(base.url("agence", CODED))
    assert state(base) == before


def test_a_failure_the_first_time_leaves_nothing(tiny: House, base: Base) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_postgis(base.address, progress=stop)
    assert base.sql("SELECT nspname FROM pg_namespace WHERE nspname = 'erbm'") == []


def test_a_server_that_goes_away_is_told(tiny: House, base: Base) -> None:
    def cut(what: str, done: int, total: int) -> None:
        if done == 3:
            base.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'erbm'")

    with pytest.raises(DataError, match=r"le serveur a été arrêté|connexion perdue"):
        export_postgis(base.address, progress=cut)
    assert state(base) == {}


def test_readers_see_the_old_or_the_new(tiny: House, base: Base) -> None:
    counts = (
        "SELECT (SELECT count(*) FROM erbm.lieux WHERE nom LIKE '%version 1'),"
        " (SELECT count(*) FROM erbm.lieux WHERE nom LIKE '%version 2'),"
        " (SELECT libelle FROM erbm.chiffres WHERE id = 'l0001-aide')"
    )
    whole = {(30, 0, "Aide 1"), (0, 30, "Aide 2")}
    export_postgis(base.address)
    seen: set[Any] = set()
    mixed: list[Any] = []
    done = threading.Event()

    def look() -> None:
        import psycopg

        with psycopg.connect(base.address, autocommit=True) as link:
            link.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            while not done.is_set():
                with link.transaction():  # one state for all that a transaction reads
                    first = link.execute(counts).fetchone()
                    second = link.execute(counts).fetchone()
                seen.add(first)
                if first != second or first not in whole:
                    mixed.append((first, second))

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for version in (2, 1, 2):
            fill(tiny, version)
            export_postgis(base.address)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert mixed == []
    assert seen == whole


def test_an_export_waits_for_another_and_for_those_who_edit(tiny: House, base: Base) -> None:
    import psycopg

    hurried = base.url(options="-clock_timeout%3D200")
    export_postgis(base.address)
    fill(tiny, 2)
    with psycopg.connect(base.address) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('erbm export'), hashtext('erbm'))")
        with pytest.raises(DataError, match=r"\[55P03\]"):
            export_postgis(hurried)
        export_postgis(hurried, schema="ailleurs")
        other.rollback()
        other.execute("UPDATE erbm.lieux SET nom = 'en cours' WHERE id = 'lieux-n3'")
        with pytest.raises(DataError, match="un autre travail"):
            export_postgis(hurried)
        other.rollback()


def test_two_exports_at_once_come_one_after_the_other(tiny: House, base: Base) -> None:
    failures: list[ErbmError] = []

    def once() -> None:
        try:
            export_postgis(base.address)
        except ErbmError as error:
            failures.append(error)

    both = [threading.Thread(target=once) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert failures == []
    assert base.sql("SELECT count(*) FROM erbm.lieux") == [(31,)]


def test_an_epci_alone(tiny: House, base: Base) -> None:
    export_postgis(base.address, epci="Beta")
    assert base.sql("SELECT id FROM erbm.lieux") == []
    assert base.sql("SELECT id FROM erbm.pistes") == [("pistes-une",)]
    assert base.sql("SELECT nom_court FROM erbm.territoires_epci") == [("Beta",)]
    assert base.sql("SELECT DISTINCT siren FROM erbm.statistiques") == [(tiny.beta,)]
    assert "Périmètre : Beta." in base.sql("SELECT obj_description('erbm.lieux'::regclass)")[0][0]
    assert base.sql("SELECT type FROM geometry_columns WHERE f_table_name = 'lieux'") == [("POINT",)]
    with pytest.raises(UsageError, match="EPCI inconnu"):
        export_postgis(base.address, epci="Gamma")
    with pytest.raises(UsageError, match="n'est pas une couche"):
        export_postgis(base.address, layers="forêts")


def test_names_and_texts_are_data(tiny: House, base: Base) -> None:
    bad = "'); DROP SCHEMA public; -- \\ % {} é"
    definition = tiny.layers["lieux"].replace('nom = "area_ha"', 'nom = "nom"')
    tiny.layers["lieux"] = definition.replace('"Couche 1"', f'"""{bad.replace(chr(92), chr(92) * 2)}"""')
    told = f'"""{bad.replace(chr(92), chr(92) * 2)}\\t"""'
    tiny.facts["lieux"] = [{**tiny.facts["lieux"][0], "nom": told, "attributs": "{ nom = 4.5 }"}]
    tiny.write()
    for schema in ("erbm", 'Bassin "minier" %s {}', "select"):
        export_postgis(base.address, schema=schema)
        export_postgis(base.address, schema=schema)
        quoted = '"' + schema.replace('"', '""') + '"'
        assert base.sql(f"SELECT nom, attribut_nom FROM {quoted}.lieux") == [(bad + "\t", 4.5)]
        comment = base.sql(f"SELECT obj_description('{quoted}.lieux'::regclass)")[0][0]
        assert comment.startswith(bad)


@pytest.mark.parametrize("schema", ["", " ", "pg_erbm", "information_schema", "é" * 32])
def test_a_schema_that_cannot_be(schema: str) -> None:
    with pytest.raises(UsageError, match="nom de schéma impossible"):
        export_postgis("postgresql://", schema=schema)


def test_names_that_the_base_cannot_hold_are_told(tiny: House, base: Base) -> None:
    tiny.layers["lieux"] += f'[[champ]]\nnom = "{"x" * 64}"\nlibelle = "Long"\ntype = "texte"\n'
    tiny.layers["chiffres"] = tiny.layers["pistes"]
    tiny.write()
    with pytest.raises(DataError, match="deux tables auraient le nom chiffres") as refused:
        export_postgis(base.address)
    assert "nom trop long pour PostgreSQL" in refused.value.message
    assert state(base) == {}


def test_postgis_is_installed_where_the_role_may(tiny: House, postgis_server: Server) -> None:
    alone(postgis_server.address("postgres"), "CREATE DATABASE nue OWNER agence")
    with pytest.raises(DataError, match="PostGIS n'est pas dans cette base") as refused:
        export_postgis(postgis_server.address("nue", "agence", CODED))
    assert "CREATE EXTENSION postgis" in refused.value.advice
    export_postgis(postgis_server.address("nue"))
    assert len(read(postgis_server.address("nue"), "erbm.lieux").frame) == 31


def test_postgis_may_be_in_a_schema_of_its_own(tiny: House, postgis_server: Server) -> None:
    address = postgis_server.address("outils")
    alone(postgis_server.address("postgres"), "CREATE DATABASE outils")
    run(address, "CREATE SCHEMA outils", "CREATE EXTENSION postgis SCHEMA outils")
    assert sum(table.changees for table in export_postgis(address)) > 0
    assert sum(table.changees for table in export_postgis(address)) == 0


def test_a_role_needs_few_rights(tiny: House, base: Base) -> None:
    with pytest.raises(DataError, match=r"droit insuffisant.*\[42501\]"):
        export_postgis(base.url("agence", CODED))
    base.sql("CREATE SCHEMA erbm AUTHORIZATION agence")
    export_postgis(base.url("agence", CODED))
    assert base.sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'erbm'") == [("agence",)]


# The command


def command(*args: str) -> None:
    export.main(list(args), prog_name="erbm export", standalone_mode=False)


def test_the_command_tells_what_it_wrote(tiny: House, base: Base, capsys: pytest.CaptureFixture[str]) -> None:
    command("--to", base.address, "--couche", "lieux", "--schema", "sig")
    told = capsys.readouterr()
    assert told.out == ""
    assert "sig.lieux" in told.err
    assert "sig.pistes" not in told.err
    assert "schéma sig" in told.err
    command(
        "--to", base.address, "--couche", "Couche 1", "--schema", "sig", "--epci", "Alpha", "--epci", "Beta"
    )
    command("--to", base.address, "--schema", "sig")
    assert "pistes" in state(base, "sig")
    capsys.readouterr()
    command("--to", base.address, "--schema", "sig")
    assert "Rien n'avait changé" in capsys.readouterr().err
    command("--to", base.address, "--schema", "sig", "-q")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("target", ["sortie.gpkg", "mysql://u:secret@h/b", "", "postgresq://u:secret@h/b"])
def test_the_command_refuses_what_is_no_base(target: str) -> None:
    with pytest.raises(click.BadParameter, match="postgresql://") as refused:
        command("--to", target)
    assert "secret" not in str(refused.value)


def test_the_command_needs_a_base() -> None:
    with pytest.raises(click.MissingParameter) as refused:
        command("--couche", "cites")
    assert "il manque l'option --to" in str(explain(refused.value))


def test_no_password_is_ever_told(
    tiny: House,
    base: Base,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    base.sql("CREATE SCHEMA erbm AUTHORIZATION agence")
    told: list[str] = []

    def see(what: str, done: int, total: int) -> None:
        told.extend(repr(row) for row in base.sql("SELECT * FROM pg_stat_activity"))

    right = base.url("agence", CODED)
    conninfo = f"host=127.0.0.1 port={base.server.port} dbname={base.name} user=agence password='{PASSWORD}'"
    export_postgis(right, progress=see)
    command("--to", right)
    command("--to", conninfo)
    told += [repr(read(conninfo, "erbm.lieux")), read(right, "erbm.lieux").origin]
    for address in (
        base.url("agence", CODED + "x"),
        base.url("exclue", CODED),
        base.server.address("absente", "agence", CODED),
        f"postgresql://agence:{CODED}@hote.invalid/b",
        f"postgresql://agence:{CODED}@127.0.0.1:1/b",
        f"postgresql://agence:{PASSWORD}@127.0.0.1:1/b",
        base.url("agence", CODED, absent="1"),
        base.url("agence", CODED, options="-cstatement_timeout%3D1"),
    ):
        with pytest.raises(ErbmError) as refused:
            command("--to", address)
        told += [repr(refused.value), repr(refused.value.__context__), str(refused.value.__context__)]
        told += traceback.format_exception(refused.value)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    command("--to", base.url("agence"))
    captured = capsys.readouterr()
    everything = "\n".join([captured.out, captured.err, caplog.text, *told])
    assert "agence:***@127.0.0.1" in everything
    assert "password=***" in everything
    for secret in (PASSWORD, CODED, "très-secret", "tr%C3%A8s"):
        assert secret not in everything


# Types of geometry

POINT, LINE, AREA = shapely.Point(1, 2, 3), shapely.LineString([(0, 0), (1, 1)]), shapely.box(0, 0, 1, 1)


@pytest.mark.parametrize(
    ("shapes", "declared", "kind"),
    [
        ([POINT, None], "point", "Point"),
        ([POINT, shapely.MultiPoint([POINT, (3, 4)])], "point", "MultiPoint"),
        ([LINE], "point", "MultiLineString"),
        ([AREA, shapely.MultiPolygon([AREA])], "polygone", "MultiPolygon"),
        ([POINT, AREA], "polygone", "Geometry"),
        ([None], "point", "Point"),
        ([], "ligne", "MultiLineString"),
        ([None], "polygone", "MultiPolygon"),
    ],
)
def test_a_column_has_one_kind_of_shape(shapes: list[Any], declared: str, kind: str) -> None:
    given = shapely.force_2d(np.array(shapes, dtype=object))
    assert tables._kind_of(given, declared) == kind
    written = shapely.from_wkb(tables._written(given, kind))
    assert list(shapely.get_srid(written[given != np.array(None)])) == [2154] * sum(
        s is not None for s in shapes
    )
    for before, after in zip(given, written, strict=True):
        assert (before is None) == (after is None)
        if after is not None:
            assert kind in ("Geometry", after.geom_type)
            assert shapely.get_coordinates(after).tobytes() == shapely.get_coordinates(before).tobytes()
