// "Me localiser": where the device says that it is, asked only when the reader asks.
import { writePlace } from "../geometry/coordinates";
import { lengthText } from "../geometry/written";
import { Z, place, type Painter } from "../map/pass";
import type { Position } from "../model/data";
import type { App } from "../ui/app";
import { show, shown } from "./session";

const EARTH_M = 2 * Math.PI * 6_378_137; // around the equator, as Web Mercator has it
const TITLE = "Ma position";
const WAIT_MS = 15_000;

let here: { at: Position; accuracy: number } | null = null;

export function locate(app: App): void {
  if (!("geolocation" in navigator)) {
    app.say("Ce navigateur ne donne pas de position. Utilisez «\u00a0Coordonnées\u00a0» pour aller à un point.");
    return;
  }
  app.say("Recherche de votre position…");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => found(app, [coords.longitude, coords.latitude], coords.accuracy),
    (error) => app.say(reason(error.code)),
    { enableHighAccuracy: true, timeout: WAIT_MS },
  );
}

function reason(code: number): string {
  if (code === GeolocationPositionError.PERMISSION_DENIED) {
    return "Position refusée. Autorisez-la pour cette page dans le navigateur\u00a0; certains ne la donnent pas à un fichier ouvert par double clic.";
  }
  return code === GeolocationPositionError.TIMEOUT
    ? "La position n’est pas venue à temps. Réessayez, si possible à l’extérieur."
    : "L’appareil ne connaît pas sa position\u00a0: sans réseau ni GPS, elle n’est pas disponible.";
}

function found(app: App, at: Position, accuracy: number): void {
  here = { at, accuracy };
  const reach = Math.max(accuracy, 200) / 111_000;
  const wide = reach / Math.cos((at[1] * Math.PI) / 180);
  app.map.use(null);
  app.map.fit([at[0] - wide, at[1] - reach, at[0] + wide, at[1] + reach], false, 16);
  app.map.redraw();
  const status = `Vous êtes ici, à ${lengthText(accuracy)} près\u00a0: ${writePlace(at).decimal}\u00a0; ${writePlace(at).lambert}.`;
  app.say("Position trouvée.");
  show({ title: TITLE, hint: "Le cercle dit la précision de l’appareil. La position ne quitte pas cette page.", status, cross: false, actions: [{ label: "Masquer ma position", main: true, run: () => hide(app) }] });
}

function hide(app: App): void {
  here = null;
  if (shown()?.title === TITLE) show(null);
  app.map.redraw();
}

export const herePainter: Painter = {
  z: Z.tools,
  paint({ ctx, frame, paper }) {
    if (!here || paper) return;
    const { x, y } = place(frame, here.at);
    const radius = (here.accuracy * frame.scale) / (EARTH_M * Math.cos((here.at[1] * Math.PI) / 180));
    ctx.beginPath();
    ctx.arc(x, y, Math.max(radius, 9), 0, 2 * Math.PI);
    ctx.fillStyle = "rgb(43 101 155 / 18%)";
    ctx.strokeStyle = "#2b659b";
    ctx.lineWidth = 1.5;
    ctx.fill();
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(x, y, 6, 0, 2 * Math.PI);
    ctx.fillStyle = "#2b659b";
    ctx.strokeStyle = "#fff";
    ctx.lineWidth = 2.5;
    ctx.fill();
    ctx.stroke();
  },
};
