// Move apart the symbols that would cover each other, each as little as possible.
export interface Point { x: number; y: number }
export interface Boite { x: number; y: number; l: number; h: number }

export function croise(a: Boite, b: Boite): boolean {
  return a.x < b.x + b.l && b.x < a.x + a.l && a.y < b.y + b.h && b.y < a.y + a.h;
}

const ANGLE_D_OR = Math.PI * (3 - Math.sqrt(5));

// Same order in, same places out: the first keeps its place, the next take the nearest free
// place on a spiral around theirs, never further than `loin` pixels.
export function disposer<P extends Point>(points: P[], ecart: number, loin: number, obstacles: Boite[] = []): P[] {
  const cases = new Map<string, Point[]>();
  const cle = (p: Point, dx = 0, dy = 0): string => `${Math.floor(p.x / ecart) + dx},${Math.floor(p.y / ecart) + dy}`;
  const gene = (p: Point): boolean => {
    const boite = { x: p.x - ecart / 2, y: p.y - ecart / 2, l: ecart, h: ecart };
    if (obstacles.some((o) => croise(o, boite))) return true;
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const autre of cases.get(cle(p, dx, dy)) ?? []) {
          if ((autre.x - p.x) ** 2 + (autre.y - p.y) ** 2 < (ecart * 0.98) ** 2) return true;
        }
      }
    }
    return false;
  };
  return points.map((point) => {
    const place = Object.assign(Object.create(Object.getPrototypeOf(point) as object), point) as P;
    for (let n = 1; gene(place); n++) {
      const rayon = 0.5 * ecart * Math.sqrt(n);
      if (rayon > loin) {
        Object.assign(place, { x: point.x, y: point.y }); // no room near: it stays where it is
        break;
      }
      place.x = point.x + rayon * Math.cos(n * ANGLE_D_OR);
      place.y = point.y + rayon * Math.sin(n * ANGLE_D_OR);
    }
    const ici = cle(place);
    cases.set(ici, [...(cases.get(ici) ?? []), place]);
    return place;
  });
}
