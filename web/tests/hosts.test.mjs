// The sample sites of web/demo/hosts, as built by scripts/build-hosts: every page in a browser.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, newContext, noBrowser } from "./page.mjs";
import { serve } from "./server.mjs";

const WEB = dirname(dirname(fileURLToPath(import.meta.url)));
const BUILD = join(WEB, "demo/hosts/build");
/** Time limit of a test, in milliseconds, so that a hanging page fails alone. */
const LIMIT = 120_000;
const AXE = readFileSync(join(WEB, "node_modules/axe-core/axe.min.js"), "utf8");
/** The pages of each site. */
const SITES = {
  mkdocs: ["", "epochs/"],
  sphinx: ["", "three-domains.html"],
  docusaurus: ["", "component/"],
  mdbook: ["", "table.html"],
};
const SCREENS = [{}, { colorScheme: "dark", viewport: { width: 360, height: 700 } }];

/** The reason to skip a host, if any. */
const absent = (path) =>
  noBrowser ??
  (existsSync(join(BUILD, path))
    ? undefined
    : `not built: scripts/build-hosts ${path.split("/")[0]} builds it or prints why it cannot`);

describe("the sample sites", { skip: noBrowser, timeout: 900_000 }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  async function open(t, address, options) {
    const context = await newContext(browser, {
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    t.after(() => context.close());
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on(
      "console",
      (message) =>
        message.type() === "error" &&
        !message.location().url.endsWith("favicon.ico") &&
        errors.push(message.text()),
    );
    await page.goto(address);
    return { page, errors };
  }

  /** Moves a slider by keys: slider, number and first metric change; the page does not scroll. */
  async function movesByKey(page) {
    const code = page.locator("mix-lens").getByRole("slider", { name: "code" });
    const shown = () =>
      page.locator("mix-lens").evaluate(({ shadowRoot, weights, predictions }) => ({
        code: weights.code,
        value: predictions[0].value,
        text: shadowRoot.querySelector("[part~=metrics] tbody td").textContent,
        label: [...shadowRoot.querySelectorAll("[part~=proportion]")][1].textContent,
      }));
    await code.focus();
    const before = await shown();
    const scroll = await page.evaluate(() => scrollY);
    // Faster than the page can draw.
    await code.evaluate((slider) => {
      for (const key of ["PageUp", "ArrowRight"])
        slider.dispatchEvent(
          new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }),
        );
    });
    await page.waitForFunction(
      (text) =>
        [...document.querySelector("mix-lens").shadowRoot.querySelectorAll("[part~=proportion]")][1]
          .textContent !== text,
      before.label,
    );
    const now = await shown();
    assert.ok(Math.abs(now.code - before.code - 0.11) <= 0.001, `${before.code} to ${now.code}`);
    assert.notEqual(now.value, before.value);
    assert.notEqual(now.text, before.text);
    assert.equal(await page.evaluate(() => scrollY), scroll);
    return now;
  }

  async function findsNothing(page) {
    await page.evaluate(AXE);
    const { violations, passes } = await page.evaluate(() => window.axe.run("mix-lens"));
    assert.deepEqual(
      violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .map(({ html }) => html)
            .join(" ")
            .slice(0, 300)}`,
      ),
      [],
    );
    assert.ok(
      passes.some(({ id }) => id === "color-contrast"),
      "colours were checked",
    );
  }

  /** The host leaves the element enough width, and the element does not widen the page. */
  async function fits(page) {
    const { inner, outer, wide } = await page.evaluate(() => {
      const element = document.querySelector("mix-lens");
      return {
        inner: element.scrollWidth - element.clientWidth,
        outer: document.documentElement.scrollWidth - innerWidth,
        wide: element.offsetWidth,
      };
    });
    assert.ok(inner <= 1 && outer <= 0 && wide >= 280, JSON.stringify({ inner, outer, wide }));
  }

  for (const [name, paths] of Object.entries(SITES)) {
    test(
      `${name}: the widget works on each page, light and dark, wide and narrow`,
      { skip: absent(`${name}/site`), timeout: LIMIT },
      async (t) => {
        const server = await serve(join(BUILD, name, "site"), {}, "/");
        t.after(() => server.close());
        for (const path of paths) {
          for (const screen of SCREENS) {
            const { page, errors } = await open(t, server.address + path, screen);
            await page.locator("mix-lens").scrollIntoViewIfNeeded();
            await page.locator("mix-lens[data-ready]").waitFor({ timeout: 30_000 });
            assert.ok(
              await page.locator("mix-lens > table, mix-lens > * > table").first().isHidden(),
              "the fallback is hidden",
            );
            const { code } = await movesByKey(page);
            if (path === "component/")
              assert.match(
                await page.locator("#sentence").innerText(),
                new RegExp(`With ${(100 * code).toFixed(1)} % code`),
              );
            await findsNothing(page);
            await fits(page);
            assert.deepEqual(errors, [], path);
          }
          const { page } = await open(t, server.address + path, { javaScriptEnabled: false });
          assert.ok(
            await page.locator("table").first().isVisible(),
            `${path}: the table is there without scripts`,
          );
        }
      },
    );
  }

  test(
    "jupyter: the notebook runs in JupyterLab, and Python follows and moves the widget",
    { skip: absent("jupyter/notebook"), timeout: LIMIT },
    async (t) => {
      const { address, token } = await startLab(t);
      for (const screen of [{}, { colorScheme: "dark" }]) {
        const { page, errors } = await open(
          t,
          `${address}lab/tree/mixtures.ipynb?reset&token=${token}`,
          screen,
        );
        await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor();
        if (screen.colorScheme) {
          await page.getByRole("menuitem", { name: "Settings" }).click();
          await page.getByText("Theme", { exact: true }).hover();
          await page.getByRole("menuitem", { name: "JupyterLab Dark", exact: true }).click();
          await page.locator("body[data-jp-theme-light=false]").waitFor({ state: "attached" });
        }
        await page.getByText("Python 3 (ipykernel) | Idle").waitFor();
        await page.getByRole("menuitem", { name: "Run", exact: true }).click();
        await page.getByText("Run All Cells", { exact: true }).click();
        await page.locator("mix-lens[data-ready]").waitFor();
        await page.getByRole("button", { name: "Uniform" }).waitFor();
        await page.locator("mix-lens").scrollIntoViewIfNeeded();
        const { code } = await movesByKey(page);
        await page.getByText(`Python reads code = ${code.toFixed(3)}`).waitFor();
        // Shortcuts of the notebook, such as this one for a new cell, are disabled on a slider.
        const cells = await page.locator(".jp-Notebook .jp-Cell").count();
        await page.keyboard.press("b");
        await page.keyboard.press("ArrowUp");
        await page.getByText(`Python reads code = ${(code + 0.01).toFixed(3)}`).waitFor();
        assert.equal(await page.locator(".jp-Notebook .jp-Cell").count(), cells);
        await page.getByRole("button", { name: "Uniform" }).click();
        await page.waitForFunction(
          () => Math.abs(document.querySelector("mix-lens").weights.books - 0.2) < 1e-12,
        );
        await findsNothing(page);
        await fits(page);
        assert.deepEqual(errors, []);
      }
    },
  );
});

/** Starts JupyterLab on the notebook, without the settings of the user. */
async function startLab(t) {
  const folder = mkdtempSync(join(tmpdir(), "mixlens-"));
  const token = crypto.randomUUID();
  const folders = Object.fromEntries(
    [
      "JUPYTER_CONFIG_DIR",
      "JUPYTER_DATA_DIR",
      "JUPYTER_RUNTIME_DIR",
      "JUPYTERLAB_SETTINGS_DIR",
      "JUPYTERLAB_WORKSPACES_DIR",
      "IPYTHONDIR",
    ].map((name) => [name, join(folder, name)]),
  );
  const options = [
    "--no-browser",
    "--allow-root",
    "--port=0",
    "--ServerApp.ip=127.0.0.1",
    `--IdentityProvider.token=${token}`,
    `--ServerApp.root_dir=${join(BUILD, "jupyter/notebook")}`,
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
  ];
  const lab = spawn(join(BUILD, "jupyter/bin/jupyter-lab"), options, {
    env: { ...process.env, ...folders },
    stdio: ["ignore", "ignore", "pipe"],
  });
  t.after(async () => {
    const ended = new Promise((resolve) => lab.once("exit", resolve));
    if (lab.exitCode === null) lab.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const address = await new Promise((resolve, reject) => {
    let output = "";
    lab.stderr.on("data", (text) => {
      output += text;
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(output);
      if (found) resolve(found[0]);
    });
    lab.once("exit", (code) =>
      reject(new Error(`JupyterLab ended with ${code}: ${output.slice(-2000)}`)),
    );
  });
  return { address, token };
}
