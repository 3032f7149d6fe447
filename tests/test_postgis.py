"""PostGIS: tables are read as they are, refusals are told in French, passwords are told nowhere."""

from __future__ import annotations

import socket
import sys
import traceback
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import DataError, ErbmError, UsageError
from geo.sources import postgis
from geo.sources.postgis import read, redacted, refuse_password
from tests.postgis import PASSWORD, Base, Server, alone, run

pytest.importorskip("psycopg", reason="le paquet psycopg n'est pas installé")
pytestmark = pytest.mark.postgis


# Addresses and passwords


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://agence:secret@sig:5432/base",
        "postgres://agence:secret@sig/base?sslmode=require",
        "postgresql://agence:se@secret@sig/base",
        "postgresql://agence:se/secret@sig/base",
        "postgresql://agence:se?secret@sig/base",
        "postgresql://agence:se secret@sig/base",
        "postgresql://agence:se:secret@sig/base",
        "postgresql://:secret@sig/base",
        "postgresql://agence:secret@[::1]:5432,[::2]:5432/base",
        "postgresql:///base?password=secret",
        "postgresql:///base?host=sig&%70assword=secret&user=agence",
        "postgresql://sig/base?sslpassword=secret",
        "postgresql://sig/base?password=a:se@secret",
        "host=sig password=secret dbname=base",
        "host=sig password = 'un secret' dbname=base",
        r"host=sig password='l\'secret' dbname=base",
        r"host=sig password=un\ secret dbname=base",
        "PASSWORD=secret",
        "host=sig sslpassword=secret",
        "host=sig password='secret",
    ],
)
def test_a_password_is_not_told_and_is_refused_in_a_file(address: str) -> None:
    assert "secret" not in redacted(address)
    assert "***" in redacted(address)
    with pytest.raises(DataError, match="mot de passe") as refused:
        refuse_password(address, "friches/layer.toml, source")
    assert "secret" not in str(refused.value)
    assert refused.value.where == "friches/layer.toml, source"
    assert ".pgpass" in refused.value.advice


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://",
        "",
        "postgresql://agence@sig:5432/base?sslmode=require",
        "postgresql://sig:5432/base",
        "postgresql:///base?host=/var/run/postgresql",
        "postgresql://agence@[::1]:5432/base",
        "host=sig user=agence dbname=base passfile=/etc/pgpass",
        "service=sig",
    ],
)
def test_an_address_without_password_is_left_as_it_is(address: str) -> None:
    assert redacted(address) == address
    refuse_password(address, "friches/layer.toml")


@given(st.text(min_size=1))
def test_no_password_is_told_whatever_it_is_made_of(password: str) -> None:
    hidden = f"<{password}>"
    coded = quote(hidden, safe="")
    assert coded not in redacted(f"postgresql://agence:{coded}@sig/base")
    assert coded not in redacted(f"postgresql:///base?password={coded}")
    raw = hidden.replace("\\", "\\\\").replace("'", "\\'")
    assert redacted(f"user=agence password='{raw}' host=sig") == "user=agence password=*** host=sig"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://agence:se@secret@sig/base",
        "postgresql://agence:se/secret@sig/base",
        "postgresql://agence@sig/base?secret",
        "postgresql://agence@sig/base?sécrète=1",
        "host=sig password=secret dbname",
        "postgresql://agence:secret%zz@sig/base",
        "postgresql://agence@sig:cinq/base",
    ],
)
def test_a_malformed_address_is_told_without_its_password(address: str) -> None:
    with pytest.raises(UsageError, match="mal formée") as refused:
        read(address, "public.t")
    assert "secret" not in "".join(traceback.format_exception(refused.value)).replace(address, "")
    assert "%40" in refused.value.advice


def test_the_optional_package_is_asked_for_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DataError, match="psycopg") as refused:
        read("postgresql://", "public.t")
    assert "erbm-atlas[postgis]" in refused.value.advice


def test_psycopg_is_imported_when_it_is_needed_only() -> None:
    import subprocess

    code = (
        "import sys, geo, geo.cli.exporting, geo.sources.postgis, geo.export; print('psycopg' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# Connections


def test_connections_that_fail_say_why(base: Base) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        cases = [
            (base.url("agence"), "demande un mot de passe"),
            (base.url("agence", "faux-secret"), "mot de passe refusé"),
            (base.url("personne"), "rôle inconnu"),
            (base.url("exclue"), "pg_hba.conf"),
            (base.server.address("absente"), "base inconnue"),
            (base.url(sslmode="require"), "chiffrée"),
            ("postgresql://erbm@127.0.0.1:1/base", "injoignable"),
            (f"postgresql:///base?host={base.server.folder}/absent", "injoignable"),
            ("postgresql://erbm@hote.invalid/base", "hôte introuvable"),
            (f"postgresql://erbm@{'a' * 64}/base", "hôte introuvable"),
            ("postgresql://erbm@sig/base?connect_timeout=dix", "paramètre de connexion invalide"),
            (f"postgresql://erbm@127.0.0.1:{silent.getsockname()[1]}/base?connect_timeout=1", "injoignable"),
            ("service=absent", "service inconnu"),
        ]
        for address, says in cases:
            with pytest.raises(DataError) as refused:
                read(address, "public.t")
            assert says in str(refused.value), address
            assert refused.value.where == redacted(address)
            assert "Traceback" not in str(refused.value)
            assert "faux-secret" not in str(refused.value)


def test_the_usual_variables_say_where(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    base.sql("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (7)")
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", str(base.server.port))
    monkeypatch.setenv("PGDATABASE", base.name)
    monkeypatch.setenv("PGUSER", "erbm")
    for address in ("postgresql://", ""):
        found = read(address, "t")
        assert found.frame.to_dict("records") == [{"id": 7}]
        assert "PG*" in found.origin


def test_a_password_comes_from_its_file_or_its_variable(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base.sql("CREATE TABLE t (id int)", "GRANT SELECT ON t TO agence")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert len(read(base.url("agence"), "t").frame) == 0
    monkeypatch.delenv("PGPASSWORD")
    kept = tmp_path / "pgpass"
    escaped = PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
    kept.write_text(f"127.0.0.1:*:*:agence:{escaped}\n", encoding="utf-8")
    kept.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(kept))
    assert len(read(base.url("agence"), "t").frame) == 0


# Reading


def test_values_are_plain_and_in_the_order_of_the_key(base: Base) -> None:
    base.sql(
        """CREATE TABLE public.mesures (
             texte text, code char(8), decimal numeric(10, 3), flottant float8, jour date,
             instant timestamptz, liste text[], objet jsonb, octets bytea, duree interval, oui boolean,
             grand bigint, genre uuid, rang int, serie text, "Élève %s" int, PRIMARY KEY (serie, rang))""",
        """INSERT INTO mesures VALUES
             ('é"''\t', '59', 12.5, 0.1, '2022-03-01', '2022-03-01 12:00+02', '{a,"b c"}', '{"a": [1]}',
              '\\x00ff', '1 day 2 hours', true, 9007199254740993, null, 2, 'b', 3),
             (null, null, null, 'NaN', null, null, null, null, null, null, null, null, null, 1, 'b', null),
             ('', '', 0, 'Infinity', null, null, '{}', 'null', '', null, false, 0, null, 9, 'a', null)""",
    )
    found = read(base.address, "public.mesures")
    rows = found.frame.to_dict("records")
    assert [(row["serie"], row["rang"]) for row in rows] == [("a", 9), ("b", 1), ("b", 2)]
    assert rows[2] == {
        "texte": "é\"'\t", "code": "59", "decimal": 12.5, "flottant": 0.1, "jour": "2022-03-01",
        "instant": "2022-03-01 10:00:00+00", "liste": '{a,"b c"}', "objet": '{"a": [1]}', "octets": "\\x00ff",
        "duree": "P1DT2H", "oui": True, "grand": 9007199254740993, "genre": None, "rang": 2, "serie": "b",
        "Élève %s": 3,
    }  # fmt: skip
    assert {name for name, value in rows[1].items() if value is not None} == {"serie", "rang"}
    assert rows[0]["flottant"] == float("inf")
    assert type(rows[2]["decimal"]) is float
    assert type(rows[2]["grand"]) is int
    assert rows[2]["oui"] is True
    assert all(kind == object for kind in found.frame.dtypes)  # noqa: E721  # a dtype compares so
    assert (found.driver, found.name, found.encoding) == ("PostGIS", "public.mesures", "UTF8")
    assert (found.crs, list(found.geometry)) == (None, [None] * 3)


def test_a_table_cut_to_columns(base: Base) -> None:
    base.sql("CREATE TABLE t (a int, b int, geom geometry(Point, 2154))", "INSERT INTO t VALUES (1, 2)")
    assert read(base.address, "t", columns=["b"]).frame.to_dict("records") == [{"b": 2}]
    with pytest.raises(DataError, match="colonne absente : c") as refused:
        read(base.address, "t", columns=["b", "c"])
    assert "a, b" in refused.value.advice
    assert "geom" not in refused.value.advice


@pytest.mark.parametrize(
    ("declared", "epsg"),
    [
        ("geometry(Point, 2154)", 2154),
        ("geometry", 2154),
        ("geography(Point, 4326)", 4326),
        ("geography", 4326),
    ],
)
def test_the_crs_is_that_declared_or_that_of_the_shapes(base: Base, declared: str, epsg: int) -> None:
    base.sql(
        f"CREATE TABLE t (id int PRIMARY KEY, place {declared})",
        f"INSERT INTO t VALUES (1, 'SRID={epsg};POINT(3.1 50.123456789012)'), (2, NULL)",
    )
    found = read(base.address, "t")
    assert found.crs is not None
    assert (found.crs.to_epsg(), str(epsg) in found.crs_how) == (epsg, True)
    assert list(found.geometry) == [shapely.Point(3.1, 50.123456789012), None]
    assert shapely.get_srid(found.geometry[0]) == 0


def test_a_projection_without_authority_is_known_by_its_text(base: Base) -> None:
    base.sql(
        "INSERT INTO spatial_ref_sys (srid, srtext)"
        " SELECT 990001, srtext FROM spatial_ref_sys WHERE srid = 3950",
        "CREATE TABLE t (geom geometry(Point, 990001))",
    )
    crs = read(base.address, "t").crs
    assert crs is not None
    assert crs.name == "RGF93 / CC50"


def test_no_crs_is_told(base: Base) -> None:
    base.sql("CREATE TABLE t (id int PRIMARY KEY, geom geometry)", "INSERT INTO t VALUES (1, 'POINT(1 2)')")
    found = read(base.address, "t", where_perimeter=shapely.box(5, 5, 6, 6))
    assert (found.crs, found.crs_how, len(found.frame)) == (None, "", 1)
    assert found.notes == ("projection inconnue : SRID absent (colonne geom)",)


def test_shapes_in_two_crs_are_set_aside_with_their_reason(base: Base) -> None:
    base.sql(
        "CREATE TABLE t (id int PRIMARY KEY, geom geometry)",
        "INSERT INTO t VALUES (1, 'SRID=2154;POINT(1 2)'), (2, 'SRID=4326;POINT(1 2)'),"
        " (3, 'SRID=2154;POINT(3 4)')",
    )
    found = read(base.address, "t")
    assert list(found.geometry) == [shapely.Point(1, 2), None, shapely.Point(3, 4)]
    assert found.unreadable == {2: "géométrie en SRID 4326, quand les autres sont en SRID 2154"}
    assert list(found.frame["id"]) == [1, 2, 3]


def test_arcs_become_segments_and_what_is_no_map_is_set_aside(base: Base) -> None:
    base.sql(
        "CREATE TABLE t (id int PRIMARY KEY, geom geometry(GeometryZ, 2154))",
        """INSERT INTO t VALUES
             (1, 'SRID=2154;CURVEPOLYGON Z(CIRCULARSTRING Z(0 0 1, 4 0 1, 4 4 1, 0 4 1, 0 0 1))'),
             (2, 'SRID=2154;MULTICURVE Z((0 0 1, 1 1 1), (2 2 1, 3 3 1))'),
             (3, 'SRID=2154;TIN Z(((0 0 0, 0 0 1, 0 1 0, 0 0 0)))'),
             (4, 'SRID=2154;POINT Z EMPTY')""",
    )
    found = read(base.address, "t")
    assert [None if shape is None else shape.geom_type for shape in found.geometry] == [
        "Polygon", "MultiLineString", None, "Point",
    ]  # fmt: skip
    assert found.geometry[0].area == pytest.approx(8 * np.pi, rel=1e-2)
    assert list(found.unreadable) == [3]
    assert "arcs de cercle rendus en segments : 1\u00a0ligne" in found.notes


def test_the_perimeter_cuts_by_its_box_in_the_crs_of_the_table(base: Base) -> None:
    ground = shapely.box(690_000, 7_030_000, 700_000, 7_040_000)
    base.sql(
        "CREATE TABLE t (id int PRIMARY KEY, geom geometry(Point, 2154))",
        "INSERT INTO t VALUES (1, 'SRID=2154;POINT(695000 7035000)'), (2, 'SRID=2154;POINT(1 1)'), (3, NULL)",
        "CREATE VIEW v AS SELECT id, ST_Transform(geom, 4326) AS geom, geom AS origine FROM t",
        "CREATE TABLE g AS SELECT id, geom::geography AS geom FROM v",
    )
    for name in ("t", "v(geom)", "v(origine)", "g"):
        found = read(base.address, name, where_perimeter=ground)
        assert sorted(found.frame["id"]) == [1, 3], name
        assert "lu dans le cadre du périmètre, avec les lignes sans géométrie" in found.notes
    assert "colonne de géométrie laissée de côté : origine" in read(base.address, "v(geom)").notes


def test_names_as_people_write_them(base: Base) -> None:
    base.sql(
        'CREATE SCHEMA "Urba.nisme"',
        'CREATE TABLE "Urba.nisme"."Zones ""AU""" (id int)',
        "CREATE SCHEMA reseaux",
        "CREATE TABLE reseaux.cavaliers (id int)",
        'CREATE TABLE reseaux."Terrils" (id int)',
    )
    for asked, name in [
        ('"Urba.nisme"."Zones ""AU"""', 'Urba.nisme.Zones "AU"'),
        ("reseaux.cavaliers", "reseaux.cavaliers"),
        (" RESEAUX.Cavaliers ", "reseaux.cavaliers"),
        ("reseaux.Terrils", "reseaux.Terrils"),
    ]:
        assert read(base.address, asked).name == name
    for asked, nearest in [("reseaux.cavalier", "reseaux.cavaliers"), ("terril", "reseaux.Terrils")]:
        with pytest.raises(DataError, match="pas de table ni de vue") as refused:
            read(base.address, asked)
        assert nearest in refused.value.advice
    for asked in ("a.b.c", "", "t(", "t; DROP TABLE reseaux.cavaliers"):
        with pytest.raises(ErbmError):
            read(base.address, asked)
    assert base.sql("SELECT to_regclass('reseaux.cavaliers') IS NOT NULL") == [(True,)]


def test_several_columns_of_shapes_are_a_question(base: Base) -> None:
    base.sql("CREATE TABLE t (geom geometry(Polygon, 2154), centre geometry(Point, 2154))")
    with pytest.raises(UsageError, match="geom, centre") as refused:
        read(base.address, "t")
    assert "public.t(geom)" in refused.value.advice
    with pytest.raises(DataError, match="« point »"):
        read(base.address, "t(point)")
    assert read(base.address, "t(centre)").crs_how == "SRID 2154 de la colonne centre"


def test_what_the_server_refuses_is_told_with_its_code(base: Base) -> None:
    base.sql("CREATE TABLE t (id int)", "CREATE VIEW lente AS SELECT pg_sleep(30)::text AS x")
    with pytest.raises(DataError, match=r"droit insuffisant.*\[42501\]"):
        read(base.url("lectrice"), "t")
    with pytest.raises(DataError, match=r"trop long.*\[57014\]"):
        read(base.url(options="-cstatement_timeout%3D100"), "lente")


def test_reading_never_writes(base: Base) -> None:
    base.sql(
        "CREATE TABLE t (id int)",
        "CREATE FUNCTION piege() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING id'",
        "CREATE VIEW v AS SELECT piege() AS id",
    )
    with pytest.raises(DataError, match="lecture seule"):
        read(base.address, "v")
    assert base.sql("SELECT count(*) FROM t") == [(0,)]


def test_a_base_without_postgis(postgis_server: Server) -> None:
    with pytest.raises(DataError, match="PostGIS n'est pas installé dans cette base"):
        read(postgis_server.address("postgres"), "public.t")


def test_texts_that_are_not_what_their_base_says(postgis_server: Server) -> None:
    address = postgis_server.address("ascii")
    alone(
        postgis_server.address("postgres"),
        "CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0",
    )
    run(
        address,
        "CREATE EXTENSION postgis",
        "CREATE TABLE t (nom text)",
        "INSERT INTO t VALUES (convert_from('\\x48e96e696e', 'SQL_ASCII'))",
    )
    with pytest.raises(DataError, match="pas dans l'encodage de la base"):
        read(address, "t")


def test_postgis_in_a_schema_of_its_own(postgis_server: Server) -> None:
    address = postgis_server.address("ailleurs")
    alone(postgis_server.address("postgres"), "CREATE DATABASE ailleurs TEMPLATE template0")
    run(
        address,
        "CREATE SCHEMA outils",
        "CREATE EXTENSION postgis SCHEMA outils",
        "CREATE TABLE t (geom outils.geometry(Point, 2154))",
        "INSERT INTO t VALUES ('SRID=2154;POINT(1 2)')",
    )
    found = read(address, "t", where_perimeter=shapely.box(0, 0, 5, 5))
    assert list(found.geometry) == [shapely.Point(1, 2)]


def test_a_large_table_comes_by_batches(base: Base) -> None:
    count = postgis.reading.BATCH * 2 + 1
    base.sql(
        "CREATE TABLE t (id int PRIMARY KEY, geom geometry(Point, 2154))",
        f"INSERT INTO t SELECT n, ST_SetSRID(ST_MakePoint(n, -n), 2154) FROM generate_series(1, {count}) n",
    )
    found = read(base.address, "t")
    assert list(found.frame["id"]) == list(range(1, count + 1))
    assert found.geometry[-1] == shapely.Point(count, -count)
