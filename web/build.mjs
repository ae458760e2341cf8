// Builds the editor into the package, where git ignores it and the wheel carries it.
import { build } from "esbuild";

await build({
  entryPoints: ["editor.js"],
  outdir: "../pfocr_ld/serving/editor_built",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  legalComments: "linked",
  loader: { ".svg": "dataurl", ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl" },
});
