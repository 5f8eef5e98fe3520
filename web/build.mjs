// Builds dist/ from index.html, web/app/ and the outputs of wasm-bindgen and wasm-opt in web/pkg/.
// Prints sizes and fails over budget.
// usage: node web/build.mjs [check-sizes]

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

/** The maximum that is sent of each module, in bytes after brotli. */
const MAX_BYTES = {
  "the page (wasm)": 1_520_000,
  "jobs (wasm)": 1_200_000,
  "tokenizers (wasm)": 700_000,
  "all JavaScript": 60_000,
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
/** Samples of the built-in categories. */
const TABLES = join(root, "crates/mixlens-categories/tables");
const files = new Map();
/** Names of files that are fetched when they are needed, and kept by the browser from then on. */
const later = [];

/** Puts a file into dist/ under a name that says what is in it. */
function add(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const hashed = name.replace(/(\.[a-z.]+)$/, `-${hash}$1`);
  files.set(hashed, content);
  return hashed;
}

/** The same for a file that is fetched when it is needed. */
function addForLater(name, content) {
  const hashed = add(name, content);
  later.push(hashed);
  return hashed;
}

/** Where Cargo has put egui's font of code. */
function fontFile() {
  const arguments_ = [
    "metadata",
    "--format-version",
    "1",
    "--filter-platform",
    "wasm32-unknown-unknown",
  ];
  const text = execFileSync("cargo", arguments_, { cwd: root, maxBuffer: 1 << 28 });
  const fonts = JSON.parse(text).packages.find(({ name }) => name === "epaint_default_fonts");
  return join(dirname(fonts.manifest_path), "fonts/Hack-Regular.ttf");
}

const options = {
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  target: "es2022",
  outdir: dist,
  absWorkingDir: root,
  logLevel: "warning",
};

const wasm = readFileSync(join(root, "web/pkg/mixlens_bg.wasm"));
const wasmName = add("mixlens.wasm", wasm);

// Every page fetches it after the first frame: it is kept with the files that every page needs.
const jobsName = add("jobs.wasm", readFileSync(join(root, "web/pkg/jobs_bg.wasm")));

// The font of code, as the crate of egui's fonts has it: fetched after the first frame too.
const fontName = add("code.ttf", readFileSync(fontFile()));

const tokenizers = addForLater(
  "tokenizers.wasm",
  readFileSync(join(root, "web/pkg/tokenizers_bg.wasm")),
);
const { categories } = JSON.parse(readFileSync(join(TABLES, "index.json"), "utf8"));
const addresses = Object.fromEntries(
  categories.map(({ name, file }) => [
    name,
    addForLater(`categories/${file}`, readFileSync(join(TABLES, file))),
  ]),
);

// The page and its workers share the code that binds them to the app.
const entries = {
  main: "web/app/main.ts",
  worker: "web/app/worker.ts",
  reader: "web/app/reader.ts",
};
const bundled = await build({
  ...options,
  entryPoints: entries,
  splitting: true,
  entryNames: "[name]-[hash]",
  chunkNames: "shared-[hash]",
  define: { MODULE: JSON.stringify(tokenizers), TABLES: JSON.stringify(addresses) },
});
const scripts = bundled.outputFiles.map(({ path, contents }) => [
  path.slice(dist.length + 1),
  Buffer.from(contents),
]);
scripts.forEach(([name, content]) => files.set(name, content));
const script = (entry) => scripts.find(([name]) => name.startsWith(`${entry}-`))[0];
later.push(script("reader"));

const style = await build({ ...options, entryPoints: ["web/app/style.css"] });
const styleName = add("style.css", Buffer.from(style.outputFiles[0].contents));
const iconName = add("icon.svg", readFileSync(join(root, "assets/icons/mixlens.svg")));

const names = [...files.keys()].sort();
const id = `mixlens ${createHash("sha256")
  .update(names.join())
  .update(readFileSync(join(root, "index.html")))
  .digest("hex")
  .slice(0, 10)}`;
const put = (page, from, to) => {
  if (!page.includes(from)) throw new Error(`index.html has no ${from}`);
  return page.replace(from, to);
};
let page = readFileSync(join(root, "index.html"), "utf8");
page = page.replace(/<!--.*?-->\n/gs, "");
page = put(page, "assets/icons/mixlens.svg", iconName);
page = put(page, "web/app/style.css", styleName);
page = put(page, "web/app/main.ts", script("main"));
page = put(
  page,
  "<body>",
  `<body ${[
    `data-build="${id}"`,
    `data-wasm="${wasmName}"`,
    `data-bytes="${wasm.length}"`,
    `data-jobs="${jobsName}"`,
    `data-font="${fontName}"`,
    `data-worker="${script("worker")}"`,
    `data-reader="${script("reader")}"`,
  ].join(" ")}>`,
);

const first = names.filter((name) => !later.includes(name));
const define = {
  BUILD: JSON.stringify(id),
  FILES: JSON.stringify(["./", ...first]),
  LATER: JSON.stringify(later),
};
const service = await build({ ...options, entryPoints: ["web/app/sw.ts"], define });
files.set("sw.js", Buffer.from(service.outputFiles[0].contents));
files.set("index.html", Buffer.from(page));

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "categories"), { recursive: true });
for (const [name, content] of files) writeFileSync(join(dist, name), content);

const packed = (wanted) =>
  [...files]
    .filter(([name]) => wanted.test(name))
    .reduce((sum, [, content]) => sum + brotliCompressSync(content).length, 0);
const sizes = {
  "the page (wasm)": packed(/^mixlens-.*\.wasm$/),
  "jobs (wasm)": packed(/^jobs-.*\.wasm$/),
  "tokenizers (wasm)": packed(/^tokenizers-.*\.wasm$/),
  "font of code": packed(/^code-.*\.ttf$/),
  "all JavaScript": packed(/\.js$/),
  "page, style, icon": packed(/\.(html|css|svg)$/),
};
let isOver = false;
for (const [what, size] of Object.entries(sizes)) {
  const max = MAX_BYTES[what];
  console.log(
    `${what.padEnd(20)} ${(size / 1000).toFixed(1).padStart(8)} kB brotli` +
      (max ? ` of ${max / 1000} kB` : ""),
  );
  isOver ||= max !== undefined && size > max;
}
const bytes = later
  .filter((name) => name.startsWith("categories/"))
  .reduce((sum, name) => sum + files.get(name).length, 0);
console.log(
  `${"categories".padEnd(20)} ${(bytes / 1000).toFixed(1).padStart(8)} kB ` +
    `in ${categories.length} files, each fetched when it is asked about`,
);
if (isOver && process.argv[2] === "check-sizes") {
  console.error("dist/ is over budget");
  process.exit(1);
}
