// Bundles the page's script, style and pictograms into the folder given as argument.
import { readFileSync, readdirSync, writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const target = process.argv[2];
if (!target) throw new Error("usage: node build.mjs FOLDER");
mkdirSync(target, { recursive: true });

await build({
  entryPoints: { atlas: "src/main.ts", "atlas-style": "src/style.css", portal: "src/portal.css" },
  outdir: target,
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "ErbmAtlas",
  target: ["es2020", "chrome100", "firefox100", "safari15"],
  loader: { ".woff2": "dataurl", ".png": "dataurl" },
  charset: "utf8",
  legalComments: "inline",
  logLevel: "warning",
});

// Every pictogram of Maki and Temaki, so that a new layer needs no new build.
const icons = {};
for (const [prefix, folder] of [
  ["maki", "node_modules/@mapbox/maki/icons"],
  ["temaki", "node_modules/@rapideditor/temaki/icons"],
]) {
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".svg")) continue;
    const svg = readFileSync(join(folder, file), "utf8");
    const paths = [...svg.matchAll(/<path[^>]*\sd="([^"]+)"/g)].map((m) =>
      m[1].replace(/&#x[AD9];/g, " ").replace(/\s+/g, " ").trim(),
    );
    if (paths.length) icons[`${prefix}:${file.slice(0, -4)}`] = paths.join(" ");
  }
}
writeFileSync(join(target, "icons.json"), JSON.stringify(icons) + "\n");

// The licences of what is bundled, shown on the pages' credits.
const bundled = ["leaflet", "@fontsource/source-sans-3", "@mapbox/maki", "@rapideditor/temaki"];
const credits = bundled.map((name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return { name, version, license };
});
writeFileSync(join(target, "credits.json"), JSON.stringify(credits) + "\n");
