// Opens a page: its style and its application come out of the file, are put in their place, and read its data.
import { unpack } from "./unpack";
import { told, TOO_OLD } from "./trouble";

interface Application { demarrer(data: Uint8Array): Promise<void> }

async function open(): Promise<void> {
  if (typeof DecompressionStream === "undefined") {
    told(TOO_OLD);
    return;
  }
  try {
    const [style, script, data] = await Promise.all(["style", "application", "donnees"].map(unpack));
    insert("style", style!, document.head);
    insert("script", script!, document.body);
    await (window as unknown as { ErbmAtlas: Application }).ErbmAtlas.demarrer(data!);
  } catch (error) {
    console.error(error);
    told();
  }
}

// The page's policy lets this text run by its hash, and no other.
function insert(tag: "style" | "script", text: Uint8Array, where: Element): void {
  const element = document.createElement(tag);
  element.textContent = new TextDecoder().decode(text);
  where.append(element);
}

void open();
