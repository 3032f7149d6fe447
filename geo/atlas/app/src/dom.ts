// The only way the page makes elements: text is always text, never markup.
type Enfant = Node | string | null | undefined | false;
type Attributs = Record<string, string | number | boolean | null | undefined | ((e: Event) => void)>;

export function h<K extends keyof HTMLElementTagNameMap>(
  balise: K,
  attributs: Attributs = {},
  ...enfants: Enfant[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(balise);
  poser(element, attributs);
  for (const enfant of enfants) if (enfant) element.append(enfant);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function s(balise: string, attributs: Attributs = {}, ...enfants: Enfant[]): SVGElement {
  const element = document.createElementNS(SVG, balise);
  poser(element, attributs);
  for (const enfant of enfants) if (enfant) element.append(enfant);
  return element;
}

function poser(element: Element, attributs: Attributs): void {
  for (const [nom, valeur] of Object.entries(attributs)) {
    if (valeur === null || valeur === undefined || valeur === false) continue;
    if (typeof valeur === "function") element.addEventListener(nom.slice(2), valeur);
    else element.setAttribute(nom, valeur === true ? "" : String(valeur));
  }
}

export function vider(element: Element): void {
  element.replaceChildren();
}

export function plier(texte: string): string {
  return texte
    .toLowerCase()
    .replace(/œ/g, "oe")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/\bste?\b/g, (mot) => (mot === "st" ? "saint" : "sainte"))
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

const ENTIERS = new Intl.NumberFormat("fr-FR");

export function nombre(valeur: number): string {
  return ENTIERS.format(valeur);
}

export function accord(valeur: number, singulier: string, pluriel = singulier + "s"): string {
  return `${nombre(valeur)}\u00a0${Math.abs(valeur) < 2 ? singulier : pluriel}`;
}

const PAGE = 200; // items of a list put in the page at once

// A list of any length: the first items, and a button for the next as long as there are some.
export function parPages<T>(elements: T[], ecrire: (element: T) => HTMLElement, classe: string | null = null): HTMLElement[] {
  const liste = h("ul", { class: classe });
  const suite = h("button", { type: "button", class: "lien suite" });
  let montres = 0;
  const avancer = (): void => {
    const ajoutes = elements.slice(montres, montres + PAGE).map(ecrire);
    liste.append(...ajoutes);
    if (montres) ajoutes[0]?.querySelector<HTMLElement>("button")?.focus();
    montres += ajoutes.length;
    const reste = elements.length - montres;
    suite.textContent = `Afficher ${reste > PAGE ? `${nombre(PAGE)} de plus, sur ${accord(reste, "restant")}` : `les ${accord(reste, "restant")}`}`;
    suite.hidden = reste <= 0;
  };
  avancer();
  suite.addEventListener("click", avancer);
  return [liste, suite];
}
