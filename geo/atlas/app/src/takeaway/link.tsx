// The link of what is seen.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { App } from "../ui/app";
import { writeAddress } from "../state/address";
import { copy } from "../ui/clipboard";

function linkOf(app: App): string {
  return location.href.replace(/#.*$/s, "") + writeAddress(app.store.view, app.atlas);
}

// Where the browser does not let the page copy, the link stands selected in a field.
export function copyLink(app: App): void {
  const link = linkOf(app);
  void copy(link).then((done) => {
    if (done) app.say("Lien copié\u00a0: il restitue ce qui est affiché.");
    else app.ask({ title: "Lien de cette vue", sub: "Copiez-le (Ctrl+C)\u00a0: il restitue ce qui est affiché.", body: <Link link={link} /> });
  });
}

function Link({ link }: { link: string }): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current!.focus();
    field.current!.select();
  }, []);
  return <label class="lien-vue">Lien <textarea ref={field} readOnly rows={4} value={link} /></label>;
}
