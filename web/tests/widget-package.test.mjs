// The package in a new project: `npm pack` into a Vite project, and the script tag. Vite comes from
// the registry.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, noBrowser, PATIENCE } from "./page.mjs";
import { serve } from "./server.mjs";

const WEB = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), "mixlens-"));
const npm = (where, ...args) =>
  execFileSync(
    "npm",
    [...args, "--no-progress", "--no-audit", "--no-fund", "--loglevel", "error"],
    { cwd: where, encoding: "utf8" },
  );

describe("the package", { skip: noBrowser, timeout: PATIENCE }, () => {
  let browser, packed;
  before(async () => {
    browser = await launch();
    const [{ filename, files }] = JSON.parse(
      npm(WEB, "pack", "--json", "--pack-destination", folder),
    );
    packed = { file: join(folder, filename), files: files.map(({ path }) => path) };
  });
  after(() => browser?.close());

  async function works(t, address) {
    const page = await browser.newPage();
    t.after(() => page.close());
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(address);
    await page.locator("mix-lens[data-ready]").waitFor({ timeout: 30_000 });
    await page.getByRole("slider", { name: "code" }).fill("40");
    assert.ok(
      Math.abs((await page.evaluate(() => document.querySelector("mix-lens").weights.code)) - 0.4) <
        1e-12,
    );
    assert.deepEqual(errors, []);
    return page;
  }

  test("holds what its exports name, and no tests or sources of the browser app", () => {
    for (const path of [
      "dist/index.js",
      "dist/element.js",
      "dist/core.js",
      "dist/inline.js",
      "dist/react.js",
      "dist/cdn/mix-lens.js",
      "dist/mixlens-calculator.wasm",
      "dist/themes/paper.css",
      "dist/types/src/index.d.ts",
      "custom-elements.json",
    ]) {
      assert.ok(packed.files.includes(path), path);
    }
    assert.deepEqual(
      packed.files.filter((path) => /^(app|tests|demo|src|node_modules)\//.test(path)),
      [],
    );
  });

  test("is built, typed and run in a fresh Vite project, also through React", async (t) => {
    const project = join(folder, "project");
    mkdirSync(join(project, "public"), { recursive: true });
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
    npm(
      project,
      "install",
      packed.file,
      "vite@7",
      "react@19",
      "react-dom@19",
      "@types/react@19",
      "@types/react-dom@19",
    );
    cpSync(join(WEB, "demo/demo.json"), join(project, "public/demo.json"));
    writeFileSync(
      join(project, "index.html"),
      '<!doctype html><title>t</title><div id="root"></div>' +
        '<script type="module" src="/main.ts"></script>',
    );
    writeFileSync(
      join(project, "main.ts"),
      `
      import { createElement } from "react";
      import { createRoot } from "react-dom/client";
      import type { MixDetail } from "mix-lens/element";
      import { MixLens } from "mix-lens/react";
      import "mix-lens/themes/paper.css";
      const onReady = (detail: MixDetail): void => {
        document.title = String(Object.keys(detail.weights).length);
      };
      const lens = createElement(MixLens, { src: "demo.json", loading: "eager", onReady });
      createRoot(document.getElementById("root") as HTMLElement).render(lens);
    `,
    );
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          module: "esnext",
          moduleResolution: "bundler",
          target: "es2022",
          lib: ["es2022", "dom", "dom.iterable"],
          noEmit: true,
          types: ["vite/client"],
        },
        files: ["main.ts"],
      }),
    );
    execFileSync(join(WEB, "node_modules/.bin/tsc"), ["--project", project], { stdio: "inherit" });
    execFileSync(
      join(project, "node_modules/.bin/vite"),
      ["build", "--base", "./", "--logLevel", "error"],
      { cwd: project, stdio: "inherit" },
    );
    assert.ok(
      readdirSync(join(project, "dist/assets")).some((name) =>
        /^mixlens-calculator-.*\.wasm$/.test(name),
      ),
      "the module is an asset of the page",
    );
    const server = await serve(join(project, "dist"));
    t.after(() => server.close());
    const page = await works(t, server.address);
    assert.equal(await page.title(), "5");
  });

  test("is used by a bare script tag, and by one file with everything inside", async (t) => {
    const page = join(folder, "page");
    mkdirSync(page, { recursive: true });
    execFileSync("tar", ["-xzf", packed.file, "-C", page]);
    cpSync(join(WEB, "demo/demo.json"), join(page, "demo.json"));
    assert.ok(existsSync(join(page, "package/dist/cdn/mix-lens.js")));
    const server = await serve(page);
    t.after(() => server.close());
    const element = '<mix-lens src="demo.json" loading="eager"></mix-lens>';
    writeFileSync(
      join(page, "index.html"),
      "<!doctype html><title>t</title>" +
        `<script src="package/dist/cdn/mix-lens.js"></script>${element}`,
    );
    await works(t, server.address);
    writeFileSync(
      join(page, "index.html"),
      "<!doctype html><title>t</title>" +
        `<script type="module" src="package/dist/inline.js"></script>${element}`,
    );
    const before = server.requests.length;
    await works(t, server.address);
    assert.ok(!server.requests.slice(before).some((path) => path.endsWith(".wasm")));
  });
});
