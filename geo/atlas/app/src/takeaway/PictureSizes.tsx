// The dialogue of the picture: its size, then the file.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useApp } from "../ui/app";
import { number } from "../ui/text";
import { fileTitle } from "./content";
import { download, fileName } from "./files";
import { picture, pixels, SIZES, type Size } from "./picture";

export function PictureSizes(): JSX.Element {
  const app = useApp();
  const [busy, setBusy] = useState("");
  const make = async (size: Size): Promise<void> => {
    setBusy(size.id);
    app.say("L’image se prépare…");
    try {
      const { blob, left } = await picture(app, size);
      download(fileName(fileTitle(app.store.view, app.atlas), "png"), "image/png", blob);
      app.say(left ? "Image enregistrée sans le fond de carte\u00a0: son serveur ne laisse pas copier ses images." : "Image enregistrée.");
      app.ask(null);
    } catch (error) {
      app.say(`L’image n’a pas pu être faite\u00a0: ${error instanceof Error ? error.message : "taille refusée"}. Essayez une taille plus petite.`);
    }
    setBusy("");
  };
  return (
    <ul class="series">
      {SIZES.map((size) => (
        <li key={size.id}>
          <button type="button" class="serie" data-taille={size.id} disabled={busy !== ""} onClick={() => void make(size)}>
            <b>{size.title}</b> <span>{busy === size.id ? "en cours…" : `${pixels(size).map((n) => number(n)).join("\u00a0×\u00a0")}\u00a0points`}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
