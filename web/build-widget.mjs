// Builds the npm package in web/dist/ from web/src/ and the outputs of wasm-bindgen and wasm-opt in
// web/pkg/widget/. Prints sizes and fails over budget.
// usage: node web/build-widget.mjs

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

/** Maximum sizes, in bytes after brotli. */
const MAX_BYTES = { "calculator.wasm": 200_000, "fitter.wasm": 200_000, script: 40_000 };

const web = dirname(fileURLToPath(import.meta.url));
const pkg = join(web, "pkg/widget");
const dist = join(web, "dist");

// The glue of wasm-bindgen as a function: a page can make new bindings after a trap.
for (const part of ["calculator", "fitter"]) {
  const glue = readFileSync(join(pkg, `${part}.js`), "utf8");
  if (!glue.startsWith("let wasm_bindgen = "))
    throw new Error(`${part}.js does not begin as expected of wasm-bindgen`);
  writeFileSync(
    join(pkg, `${part}.factory.js`),
    `export function bindings() {\n${glue}\nreturn wasm_bindgen;\n}\n`,
  );
  writeFileSync(
    join(pkg, `${part}.factory.d.ts`),
    `export declare function bindings(): typeof import("./types/${part}.js");\n`,
  );
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "cdn"), { recursive: true });
execFileSync(join(web, "node_modules/.bin/tsc"), ["--project", "tsconfig.widget.json"], {
  cwd: web,
  stdio: "inherit",
});
// Declarations keep the folders of their sources, so that imports resolve.
mkdirSync(join(dist, "types/pkg/widget/types"), { recursive: true });
for (const part of ["calculator", "fitter"]) {
  // Not every project has Symbol.dispose in its library yet; `free` is equivalent.
  const types = readFileSync(join(pkg, `types/${part}.d.ts`), "utf8").replaceAll(
    /^ *\[Symbol\.dispose\]\(\): void;\n/gm,
    "",
  );
  writeFileSync(join(dist, `types/pkg/widget/types/${part}.d.ts`), types);
}

const options = {
  absWorkingDir: web,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  loader: { ".css": "text", ".wasm": "binary" },
  external: ["react"],
  logLevel: "warning",
};
const wasmFrom = (file) => ({
  name: "wasm",
  setup: (build) =>
    build.onResolve({ filter: /^\.\/wasm\.js$/ }, () => ({ path: join(web, "src", file) })),
});
const entries = {
  index: "src/index.ts",
  element: "src/element.ts",
  core: "src/core.ts",
  react: "src/react.ts",
};
await build({
  ...options,
  entryPoints: entries,
  outdir: dist,
  splitting: true,
  chunkNames: "shared-[hash]",
});
await build({
  ...options,
  entryPoints: { inline: "src/inline.ts" },
  outdir: dist,
  plugins: [wasmFrom("wasm-inline.ts")],
});
// A classic script can read its address only during its first run.
await build({
  ...options,
  entryPoints: { "mix-lens": "src/index.ts" },
  outdir: join(dist, "cdn"),
  format: "iife",
  banner: { js: "var mixLensScript=document.currentScript.src;" },
  define: { "import.meta.url": "mixLensScript" },
});
cpSync(join(web, "src/themes"), join(dist, "themes"), { recursive: true });
for (const part of ["calculator", "fitter"]) {
  for (const folder of [dist, join(dist, "cdn")])
    cpSync(join(pkg, `${part}.wasm`), join(folder, `mixlens-${part}.wasm`));
}

let isOver = false;
function report(what, size, max) {
  const budget = max ? ` of ${max / 1000} kB` : "";
  console.log(`${what.padEnd(34)} ${(size / 1000).toFixed(1).padStart(7)} kB${budget}`);
  isOver ||= max !== undefined && size > max;
}
const packed = (...names) =>
  names.reduce((sum, name) => sum + brotliCompressSync(readFileSync(join(dist, name))).length, 0);
report(
  "calculator (wasm, brotli)",
  packed("mixlens-calculator.wasm"),
  MAX_BYTES["calculator.wasm"],
);
report("fitter (wasm, brotli)", packed("mixlens-fitter.wasm"), MAX_BYTES["fitter.wasm"]);
report("element (one script, minified)", readFileSync(join(dist, "cdn/mix-lens.js")).length);
report("element (one script, brotli)", packed("cdn/mix-lens.js"), MAX_BYTES.script);
report(
  "modules (all scripts, brotli)",
  packed(...readdirSync(dist).filter((name) => name.endsWith(".js") && name !== "inline.js")),
  MAX_BYTES.script,
);
report("inline (script with wasm, brotli)", packed("inline.js"));
if (isOver) {
  console.error("web/dist/ is over budget");
  process.exit(1);
}
