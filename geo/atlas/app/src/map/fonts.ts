// The type of the names must be there before they are measured and drawn.
const WEIGHTS = [400, 600];

export function fonts(): Promise<unknown> {
  document.body.getBoundingClientRect(); // a style that was just put in the page tells its fonts once it is used
  return Promise.allSettled(WEIGHTS.map((weight) => document.fonts.load(`${weight} 13px "Source Sans 3"`)));
}
