"""A perimeter: drawn with the pointer, a finger or the keyboard, a circle, a file; and what is in it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import Download, FilePayload, Locator, Page, expect

from tests.browser.conftest import Visit

GARE = "p=p;Gare;2.75 50.38 2.95 50.4 2.97 50.47 2.86 50.43 2.78 50.48&d=perimetre"
KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>
<name>ZAC &lt;img src=x onerror=alert(1)&gt;</name>
<MultiGeometry><Polygon>
<outerBoundaryIs><LinearRing><coordinates>
2.7,50.38,0 2.95,50.38,0 2.95,50.48,0 2.7,50.48,0 2.7,50.38,0
</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>
2.8,50.4 2.85,50.4 2.85,50.44 2.8,50.4
</coordinates></LinearRing></innerBoundaryIs>
</Polygon></MultiGeometry></Placemark></Document></kml>"""
PHONE = pytest.mark.parametrize("size", [(390, 844)], ids=["phone"])


def dock(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Périmètre", exact=True)


def table(page: Page) -> Locator:
    return dock(page).get_by_role("table", name="Éléments du périmètre")


def middle(page: Page) -> tuple[float, float]:
    box = page.locator(".leaflet-container").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def choose_file(page: Page, name: str, text: str) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Outils").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Ouvrir un périmètre").click()
    chooser.value.set_files(FilePayload(name=name, mimeType="text/plain", buffer=text.encode()))


def rows_of(download: Download, separator: str) -> list[list[str]]:
    text = Path(download.path()).read_bytes().decode()
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=separator))


def test_a_polygon_is_drawn_with_the_pointer(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", "z=12/50.43/2.83")
    page.keyboard.press("p")
    expect(page.get_by_role("region", name="Dessiner un périmètre")).to_be_visible()
    x, y = middle(page)
    for dx, dy in [(-250, -120), (200, -120), (220, 130), (500, 500)]:
        page.mouse.click(x + dx, min(y + dy, y + 140))
    page.keyboard.press("Backspace")
    page.mouse.dblclick(x - 200, y + 100)
    expect(dock(page)).to_contain_text("polygone de 4 sommets")
    expect(table(page)).to_be_visible()
    assert "p=p" in page.evaluate("location.hash")
    visit.capture("perimetre")
    assert (visit.errors, visit.requests) == ([], [])


def test_a_polygon_is_drawn_with_the_keyboard_alone(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", "z=12/50.43/2.83")
    page.get_by_role("button", name="Outils").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # the first of the menu draws a perimeter
    bar = page.get_by_role("region", name="Dessiner un périmètre")
    expect(bar).to_contain_text("flèches")
    expect(page.locator(".croix")).to_be_visible()
    expect(page.locator(".leaflet-container")).to_be_focused()
    for key in ["Enter", "ArrowRight", "ArrowRight", "Enter", "ArrowDown", "ArrowDown", "Enter"]:
        page.keyboard.press(key)
    expect(bar).to_contain_text("3 sommets")
    page.keyboard.press("Enter")
    expect(dock(page)).to_contain_text("polygone de 3 sommets")
    expect(page.locator(".croix")).to_have_count(0)


def test_escape_gives_up(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".outil")).to_have_count(0)
    assert "p=p" not in page.evaluate("location.hash")


def test_a_line_that_crosses_itself_is_refused_in_words(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", "p=p;x;2.8 50.4 2.9 50.5 2.9 50.4 2.8 50.5&d=perimetre")
    expect(dock(page).get_by_role("alert").first).to_contain_text("se croise")
    expect(table(page)).to_have_count(0)


def test_a_link_brings_the_perimeter_back_and_it_can_be_named_and_cleared(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", GARE)
    name = dock(page).get_by_label("Nom", exact=True)
    expect(name).to_have_value("Gare")
    name.fill("Zone A")
    name.press("Enter")
    expect(name).to_have_value("Zone A")
    visit.until("location.hash.includes('Zone')")
    dock(page).get_by_role("button", name="Effacer").click()
    expect(dock(page)).to_contain_text("Choisissez une zone")


def test_corners_are_dragged_moved_by_keys_added_and_deleted(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", GARE + "&z=11/50.43/2.83")
    size = dock(page).locator(".taille b")
    before = size.inner_text()
    corner = page.get_by_role("button", name="Sommet 5 sur 5")
    box = corner.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 12, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] - 40, box["y"] - 20, steps=4)
    expect(size).not_to_have_text(before)  # at once, while it moves
    page.mouse.up()
    dragged = size.inner_text()
    visit.until("!location.hash.includes('2.78+50.48')")
    page.get_by_role("button", name="Sommet 5 sur 5").press("ArrowLeft")
    expect(size).not_to_have_text(dragged)
    page.get_by_role("button", name="Ajouter un sommet après le sommet 1").press("Enter")
    expect(dock(page)).to_contain_text("polygone de 6 sommets")
    page.get_by_role("button", name="Sommet 2 sur 6").press("Delete")
    expect(dock(page)).to_contain_text("polygone de 5 sommets")


def test_a_corner_added_by_a_drag_is_no_click_on_the_map(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", GARE + "&z=11/50.43/2.83")
    box = page.get_by_role("button", name="Ajouter un sommet après le sommet 4").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 12, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] - 30, steps=4)
    page.mouse.up()
    expect(dock(page)).to_contain_text("polygone de 6 sommets")
    visit.still()
    assert "e=" not in page.evaluate("location.hash")
    expect(page.locator("#choix-territoire")).to_have_value("")
    page.mouse.click(*middle(page))  # one that comes after is heard
    visit.until(
        "location.hash.includes('e=') || location.hash.includes('t=') || document.querySelector('.plusieurs')"
    )


def test_a_click_on_the_first_corner_closes_the_outline(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", "z=12/50.43/2.83")
    page.keyboard.press("p")
    x, y = middle(page)
    for dx, dy in [(-200, -100), (150, -100), (150, 100), (-194, -96)]:
        page.mouse.click(x + dx, y + dy)
        page.wait_for_timeout(350)  # two clicks in a row are no double click
    expect(dock(page)).to_contain_text("polygone de 3 sommets")


def test_a_perimeter_that_leaves_the_page_says_what_it_does_not_know(site: Path, visit: Visit) -> None:
    fragment = "p=p;;2.88 50.4 2.95 50.4 2.95 50.44 2.88 50.44&d=perimetre"
    page = visit.open_atlas(site / "epci/lens-lievin.html", fragment)
    told = dock(page).get_by_role("status").filter(has_text="dépasse")
    expect(told).to_contain_text("CA de Lens-Liévin")
    expect(told).to_contain_text("La page du bassin en dit plus")
    page = visit.open_atlas(site / "atlas.html", fragment)
    expect(table(page)).to_be_visible()
    expect(told).to_have_count(0)
    page.evaluate("location.hash = 'p=o;;2.0 50.4;20000&d=perimetre'")
    expect(told).to_be_visible()
    expect(told).not_to_contain_text("La page du bassin")


def test_corners_are_typed(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", GARE)
    dock(page).get_by_text("Écrire les sommets").click()
    field = dock(page).get_by_label("Un sommet par ligne")
    field.fill("50,40 2,80\nici\n50,45 2,85")
    dock(page).get_by_role("button", name="Appliquer").click()
    expect(dock(page).get_by_role("alert").filter(has_text="Ligne 2 non reconnue")).to_be_visible()
    field.fill("50,40 2,80\n687903 7036955\n50.45, 2.78")
    dock(page).get_by_role("button", name="Appliquer").click()
    expect(dock(page)).to_contain_text("polygone de 3 sommets")


def test_a_circle_of_a_typed_radius(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html")
    page.get_by_role("button", name="Outils").click()
    page.get_by_role("menuitem", name="Cercle").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Rayon", exact=True).fill("rien")
    dialog.get_by_role("button", name="Placer le centre").click()
    expect(dialog.get_by_role("alert")).to_contain_text("nombre")
    dialog.get_by_label("Rayon", exact=True).fill("1,5")
    dialog.get_by_label("le centre d’une commune").check()
    dialog.get_by_label("Commune", exact=True).select_option(label="Lens")
    dialog.get_by_role("button", name="Tracer le cercle").click()
    expect(dialog).to_have_count(0)
    expect(dock(page)).to_contain_text("cercle de 1,5\u00a0km de rayon (360 côtés)")
    expect(dock(page).get_by_label("Nom", exact=True)).to_have_value("Autour de Lens")
    before = dock(page).locator(".taille").inner_text()
    page.get_by_role("button", name="Rayon du cercle").press("ArrowRight")
    expect(dock(page).locator(".taille")).not_to_have_text(before)


def test_a_circle_is_centred_on_the_map(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", "z=12/50.43/2.83")
    page.get_by_role("button", name="Outils").click()
    page.get_by_role("menuitem", name="Cercle").click()
    page.get_by_role("dialog").get_by_role("button", name="Placer le centre").click()
    expect(page.get_by_role("region", name="Cercle de 1")).to_be_visible()
    page.mouse.click(*middle(page))
    expect(dock(page)).to_contain_text("cercle de 1\u00a0km de rayon")


def test_a_kml_file_with_a_hole_is_opened_and_its_name_is_no_markup(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html")
    choose_file(page, "zone.kml", KML)
    expect(dock(page)).to_contain_text("polygone de 7 sommets, 2\u00a0contours")
    expect(dock(page).get_by_label("Nom", exact=True)).to_have_value("ZAC <img src=x onerror=alert(1)>")
    expect(page.locator("img[src=x]")).to_have_count(0)
    assert visit.errors == []


def test_a_file_is_dropped_on_the_page(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html")
    drop = page.evaluate_handle(
        """text => {
          const held = new DataTransfer();
          held.items.add(new File([text], 'zone.kml'));
          return held;
        }""",
        KML,
    )
    page.dispatch_event("main", "drop", {"dataTransfer": drop})
    expect(dock(page)).to_contain_text("polygone de 7 sommets")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.txt", "bonjour", "ni du GeoJSON, ni du KML"),
        ("a.kml", "<gpx/>", "pas du KML"),
        ("a.kml", "<kml xmlns='http://www.opengis.net/kml/2.2'/>", "aucun polygone"),
        (
            "a.geojson",
            '{"type":"Polygon","coordinates":[[[6e5,2e5],[7e5,2e5],[7e5,3e5]]]}',
            "ni en degrés WGS84",
        ),
    ],
)
def test_a_file_that_cannot_serve_is_refused_in_words(
    name: str, text: str, words: str, site: Path, visit: Visit
) -> None:
    page = visit.open_atlas(site / "atlas.html")
    choose_file(page, name, text)
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text(words)
    assert visit.errors == []


def test_a_file_that_was_cut_is_refused_in_words(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html")
    choose_file(page, "zone.kml", KML[:300])  # Chromium styles what it says of it, which the policy blocks
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("pas du KML")


def test_counts_lead_to_the_list_and_the_list_to_the_panel(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", GARE)
    row = table(page).get_by_role("row").nth(1)
    count = row.get_by_role("button")
    number = int(count.inner_text())
    count.click()
    listed = dock(page).locator(".dedans").first.get_by_role("button")
    expect(listed).to_have_count(number)
    expect(page.locator("#dedans-couche")).to_be_focused()
    listed.first.click()
    visit.until("location.hash.includes('e=')")
    expect(dock(page)).to_have_count(0)  # the panel of the feature stands there


def test_only_the_layers_that_are_shown(records_page: Path, visit: Visit) -> None:
    page = visit.open_atlas(records_page, GARE + "&c=cites")
    every = table(page).get_by_role("row").count()
    dock(page).get_by_label("Couches affichées seulement").check()
    expect(table(page).get_by_role("row")).to_have_count(2)
    assert every > 2


def test_files_are_taken_away(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", GARE)
    statistics = dock(page).get_by_role("group", name="Télécharger : statistiques")
    with page.expect_download() as plain:
        statistics.get_by_role("button", name="CSV", exact=True).click()
    rows = rows_of(plain.value, ",")
    assert rows[0][:4] == ["couche", "nombre", "points", "longueur_m"]
    assert len(rows) == table(page).get_by_role("row").count()
    with page.expect_download() as french:
        statistics.get_by_role("button", name="CSV tableur").click()
    assert Path(french.value.path()).read_bytes().startswith(b"\xef\xbb\xbf")
    assert [row[0] for row in rows_of(french.value, ";")] == [row[0] for row in rows]
    assert french.value.suggested_filename == "gare-statistiques.csv"
    inside = dock(page).get_by_role("group", name="Télécharger : liste")
    with page.expect_download() as shapes:
        inside.get_by_role("button", name="GeoJSON").click()
    features = json.loads(Path(shapes.value.path()).read_text(encoding="utf-8"))["features"]
    with page.expect_download() as listed:
        inside.get_by_role("button", name="CSV", exact=True).click()
    assert [row[0] for row in rows_of(listed.value, ",")[1:]] == [feature["id"] for feature in features]


@PHONE
def test_a_phone_draws_with_a_finger_or_the_cross(site: Path, visit: Visit) -> None:
    page = visit.open_atlas(site / "atlas.html", "z=11/50.43/2.83")
    page.keyboard.press("p")
    bar = page.get_by_role("region", name="Dessiner un périmètre")
    x, y = middle(page)
    page.mouse.click(x - 100, y - 60)
    page.mouse.click(x + 100, y - 60)
    bar.get_by_role("button", name="Sommet à la croix").click()
    bar.get_by_role("button", name="Terminer").click()
    expect(dock(page)).to_contain_text("polygone de 3 sommets")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit.capture("perimetre-telephone")
