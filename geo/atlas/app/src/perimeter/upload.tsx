// Opening a file of the reader's: chosen, or dropped on the map.
import { useEffect } from "preact/hooks";
import { boxOf } from "../model/geometry";
import { useApp, type App } from "../ui/app";
import { fitsAddress } from "../state/address";
import type { Perimeter } from "../state/view";
import { boxIn, frame } from "./frame";
import { FileProblem } from "./reading/found";
import { openFile } from "./reading/file";
import { choose } from "./tools";

export function askFile(app: App): void {
  const field = document.createElement("input");
  field.type = "file";
  field.accept = ".geojson,.json,.kml,application/geo+json,application/vnd.google-earth.kml+xml";
  field.addEventListener("change", () => { if (field.files?.[0]) void take(app, field.files[0]); });
  field.click();
}

export async function take(app: App, file: File): Promise<void> {
  try {
    const { perimeter, notes } = await openFile(file);
    choose(app, perimeter);
    frame(app, perimeter);
    app.say([
      "Périmètre ouvert.", ...notes,
      ...(fitsAddress(perimeter) ? [] : ["Il a trop de sommets pour tenir dans le lien de la page\u00a0: gardez le fichier."]),
      ...(far(app, perimeter) ? ["Il est hors du territoire de cette page."] : []),
    ].join(" "));
  } catch (error) {
    const text = error instanceof FileProblem ? error.message : "Le fichier ne se lit pas. Vérifiez qu’il s’ouvre dans votre logiciel, puis exportez-le de nouveau.";
    app.ask({ title: "Ce fichier ne peut pas servir de périmètre", sub: file.name.slice(0, 120), body: <p role="alert">{text}</p> });
  }
}

function far({ atlas }: App, perimeter: Perimeter): boolean {
  const [mine, page] = [boxIn(perimeter), boxOf(atlas.data.perimetre)];
  return mine[2] < page[0] || mine[0] > page[2] || mine[3] < page[1] || mine[1] > page[3];
}

// A file that is dropped anywhere on the page.
export function PerimeterDrop(): null {
  const app = useApp();
  useEffect(() => {
    const over = (e: DragEvent): void => { if (e.dataTransfer?.types.includes("Files")) e.preventDefault(); };
    const drop = (e: DragEvent): void => {
      const file = e.dataTransfer?.files[0];
      if (!file) return;
      e.preventDefault();
      void take(app, file);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("drop", drop);
    };
  }, [app]);
  return null;
}
