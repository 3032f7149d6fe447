// What a page says instead of its map. Browsers that are too old read this too: nothing new in it.
export const TOO_OLD = "Ce navigateur est trop ancien pour ouvrir l’atlas. Il s’ouvre avec Chrome ou Edge 103, Firefox 115, Safari 16.4, "
  + "ou une version plus récente.";
const BROKEN = "L’atlas n’a pas pu s’ouvrir\u00a0: le fichier est incomplet ou a été modifié. Demandez-en un nouvel exemplaire, ou faites "
  + "la page à nouveau avec la commande «\u00a0erbm atlas\u00a0».";

export function told(message = BROKEN): void {
  const text = document.createElement("p");
  text.className = "attente";
  text.setAttribute("role", "alert");
  text.textContent = message;
  const root = document.getElementById("atlas")!;
  while (root.firstChild) root.removeChild(root.firstChild);
  root.appendChild(text);
}
