// Bundles the page's script, style and pictograms into the folder given as argument.
import { readFileSync, readdirSync, writeFileSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import subsetFont from "subset-font";

const target = process.argv[2];
if (!target) throw new Error("usage: node build.mjs FOLDER");
mkdirSync(target, { recursive: true });

// The characters of French texts and of the pages' own signs: the fonts have no others.
const LETTERS = String.fromCharCode(...range(0x20, 0x7e), ...range(0xa0, 0xff))
  + "ŒœŸ’‘“”„…–—•·‹›×−²³°€№™‰′″≤≥≈≠←→↑↓▸▾▴◂\u2002\u2003\u2009\u2011\u202f";
const FEATURES = ["ccmp", "kern", "liga", "mark", "tnum"];

function range(from, to) {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

// Fonts come smaller into the styles.
const fonts = {
  name: "fonts",
  setup({ onLoad }) {
    onLoad({ filter: /\.woff2$/ }, async ({ path }) => ({
      contents: await subsetFont(await readFile(path), LETTERS, { targetFormat: "woff2", keepFeatures: FEATURES }),
      loader: "dataurl",
    }));
  },
};

// What our own pages run of Leaflet; those to which folium elements are added have it whole.
const leaflet = {
  name: "leaflet",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^leaflet$/ }, () => ({ path: resolve("src/map/leaflet.js") }));
    // What is for Internet Explorer 8 throws in all others: a tenth of a second, as all is read again to tell where.
    onLoad({ filter: /SVG\.VML\.js$/ }, () => ({ contents: "export const vmlMixin = {}, vmlCreate = undefined;" }));
  },
};

const options = {
  outdir: target,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome115", "firefox115", "safari16.4"],
  loader: { ".png": "dataurl" },
  plugins: [fonts],
  charset: "utf8",
  legalComments: "inline",
  logLevel: "warning",
};
const application = { ...options, globalName: "ErbmAtlas" };
await build({ ...application, entryPoints: { atlas: "src/main.tsx" }, plugins: [leaflet] });
await build({ ...application, entryPoints: { "atlas-folium": "src/main.tsx" } });
// Old browsers read the loader, and are told by it that they are.
await build({ ...options, entryPoints: { loader: "src/loader/loader.ts" }, target: "es2017" });
await build({
  ...options,
  entryPoints: {
    folium: "src/folium/folium.ts",
    "atlas-style": "src/style/atlas.css",
    "loader-style": "src/style/loader.css",
    portal: "src/style/portal.css",
  },
});

// The same type for sheets, slides and text documents, which take no woff2.
mkdirSync(join(target, "fonts"), { recursive: true });
for (const [name, file] of [["Regular", "400-normal"], ["SemiBold", "600-normal"], ["Bold", "700-normal"], ["Italic", "400-italic"]]) {
  const font = readFileSync(`node_modules/@fontsource/source-sans-3/files/source-sans-3-latin-${file}.woff2`);
  writeFileSync(join(target, "fonts", `SourceSans3-${name}.ttf`), await subsetFont(font, LETTERS, { targetFormat: "truetype", keepFeatures: FEATURES }));
}

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
const bundled = ["leaflet", "preact", "flatbush", "polyclip-ts", "bignumber.js", "splaytree-ts", "flatqueue", "@fontsource/source-sans-3", "@mapbox/maki", "@rapideditor/temaki"];
const credits = bundled.map((name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return { name, version, license: license.replace(/^BDS-/, "BSD-") }; // as one of them spells it
});
writeFileSync(join(target, "credits.json"), JSON.stringify(credits) + "\n");
