// How well a feature is located: a mark and its words.
import type { JSX } from "preact";
import { useApp } from "../ui/app";

export function Precision({ precision }: { precision: string }): JSX.Element {
  const { atlas } = useApp();
  return <span class="precision"><Mark precision={precision} /> {atlas.data.precisions[precision] ?? precision}</span>;
}

// Full where the place is known, empty for a town, dashed where it is indicative, hatched for a territory.
function Mark({ precision }: { precision: string }): JSX.Element {
  const sure = precision === "exacte" || precision === "adresse";
  return (
    <svg viewBox="0 0 12 12" width="11" height="11" aria-hidden="true" focusable="false">
      {precision === "territoire"
        ? <path d="M1 1h10v10H1zM1 7l6-6M1 11L11 1M5 11l6-6" fill="none" stroke="currentColor" />
        : <circle cx="6" cy="6" r="4.6" fill={sure ? "currentColor" : "none"} stroke="currentColor" stroke-width="1.5" stroke-dasharray={precision === "indicative" ? "2.4 1.6" : undefined} />}
    </svg>
  );
}
