// Makes the npm package in web/dist/ of web/src/ and what wasm-bindgen and wasm-opt left in web/pkg/widget/; prints sizes,
// fails over budget.
// usage: node web/build-widget.mjs

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

/** The most that may be sent, in bytes after brotli. */
const MOST = { "calculator.wasm": 200_000, "fitter.wasm": 200_000, script: 40_000 };

const web = dirname(fileURLToPath(import.meta.url));
const pkg = join(web, "pkg/widget");
const dist = join(web, "dist");

// The glue of wasm-bindgen as a function: a page can make new bindings after a trap.
for (const part of ["calculator", "fitter"]) {
  const glue = readFileSync(join(pkg, `${part}.js`), "utf8");
  if (!glue.startsWith("let wasm_bindgen = "))
    throw new Error(`${part}.js is not what wasm-bindgen wrote before`);
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
// Declarations lie as their sources do, so that their imports hold.
mkdirSync(join(dist, "types/pkg/widget/types"), { recursive: true });
for (const part of ["calculator", "fitter"]) {
  // Symbol.dispose is not in every project's library yet; `free` does the same.
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
const instead = (file) => ({
  name: "wasm",
  setup: (own) =>
    own.onResolve({ filter: /^\.\/wasm\.js$/ }, () => ({ path: join(web, "src", file) })),
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
  plugins: [instead("wasm-inline.ts")],
});
// A script without modules knows its own address only while it is first run.
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
function tell(what, size, most) {
  console.log(
    `${what.padEnd(34)} ${(size / 1000).toFixed(1).padStart(7)} kB${most ? ` of ${most / 1000} kB` : ""}`,
  );
  isOver ||= most !== undefined && size > most;
}
const packed = (...names) =>
  names.reduce((sum, name) => sum + brotliCompressSync(readFileSync(join(dist, name))).length, 0);
tell("calculator (wasm, brotli)", packed("mixlens-calculator.wasm"), MOST["calculator.wasm"]);
tell("fitter (wasm, brotli)", packed("mixlens-fitter.wasm"), MOST["fitter.wasm"]);
tell("element (one script, minified)", readFileSync(join(dist, "cdn/mix-lens.js")).length);
tell("element (one script, brotli)", packed("cdn/mix-lens.js"), MOST.script);
tell(
  "modules (all scripts, brotli)",
  packed(...readdirSync(dist).filter((name) => name.endsWith(".js") && name !== "inline.js")),
  MOST.script,
);
tell("inline (script with wasm, brotli)", packed("inline.js"));
if (isOver) {
  console.error("web/dist/ is over budget");
  process.exit(1);
}
