// Simulation with WebGPU in a browser, computed on the CPU: the checks of
// crates/mixlens-gpu/tests/device, and searches of the app.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  browsing,
  built,
  DIST,
  newContext,
  noBrowser,
  open,
  PATIENCE,
  SOFTWARE_GPU,
} from "./page.mjs";

const PKG = join(dirname(dirname(fileURLToPath(import.meta.url))), "pkg");

/** The reason to skip the checks, if any. */
const skip =
  noBrowser ??
  (existsSync(join(PKG, "checks.js"))
    ? undefined
    : "no web/pkg/checks.js, which make test-web builds");

suite("simulation with WebGPU", { skip, timeout: PATIENCE }, () => {
  const site = browsing(PKG, {}, SOFTWARE_GPU);

  test("the device agrees with the CPU", { timeout: PATIENCE }, async (t) => {
    const context = await newContext(site.browser);
    const page = await context.newPage();
    await page.goto(`${site.server.address}checks.js`);
    // A Rust panic is an error of the page, and the promise of the check stays pending.
    const trapped = new Promise((_, reject) => page.on("pageerror", reject));
    trapped.catch(() => undefined);
    page.on("console", (message) => t.diagnostic(message.text()));
    const device = await page.evaluate(async () => {
      if (!navigator.gpu) return undefined;
      const checks = await import("./checks.js");
      await checks.default({ module_or_path: "checks_bg.wasm" });
      globalThis.checks = checks;
      return checks.device().catch(() => undefined);
    });
    if (!device) return t.skip("this browser has no WebGPU, not even one that computes on the CPU");
    t.diagnostic(`tested on ${device}`);
    const names = await page.evaluate(() => globalThis.checks.checks());
    assert.ok(names.length >= 10);
    for (const name of names) {
      await t.test(name.replaceAll("_", " "), { timeout: PATIENCE }, () =>
        Promise.race([page.evaluate((name) => globalThis.checks.check(name), name), trapped]),
      );
    }
  });
});

const PARITY = built("examples/parity");

/** The reason to skip the searches of the app, if any. */
const noApp =
  noBrowser ??
  [join(DIST, "index.html"), PARITY]
    .filter((path) => !existsSync(path))
    .map((path) => `no ${path}, which make test-web builds`)[0];

/** A simulation request of the app to a worker, with more mixtures. */
function simulation() {
  const lines = execFileSync(PARITY, { maxBuffer: 1 << 28 })
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const searches = lines
    .map(({ request }) => JSON.parse(request))
    .filter(({ task }) => task.Search?.settings.simulate_always);
  const request =
    searches.find(({ task }) => JSON.stringify(task.Search.problem).includes("EffectiveData")) ??
    searches[0];
  request.task.Search.settings.samples = 100_000;
  return request;
}

/** Runs the search in a worker of the app on each of `devices`; returns the outcomes. */
async function searched(site, request, devices) {
  const context = await newContext(site.browser);
  const { page, errors } = await open(context, site.server.address);
  const texts = await page.evaluate(
    async ({ script, module, requests }) => {
      const compiled = await WebAssembly.compileStreaming(fetch(module));
      const worker = new Worker(script, { type: "module" });
      worker.postMessage(compiled);
      const run = (request) =>
        new Promise((resolve, reject) => {
          worker.onerror = (event) => reject(new Error(event.message));
          worker.onmessage = ({ data }) => {
            if (data.problem !== undefined) reject(new Error(data.problem));
            if (data.result !== undefined) resolve(data.result);
          };
          worker.postMessage({ request, names: [], files: [] });
        });
      const texts = [];
      for (const request of requests) texts.push(await run(request));
      return texts;
    },
    {
      script: readdirSync(DIST).find((name) => /^worker-.*\.js$/.test(name)),
      module: readdirSync(DIST).find((name) => /^jobs-.*\.wasm$/.test(name)),
      requests: devices.map((device) => {
        request.task.Search.settings.device = device;
        return JSON.stringify(request);
      }),
    },
  );
  await context.close();
  assert.deepEqual(errors, []);
  return texts.map((text) => JSON.parse(text).outcome.Ok.Search);
}

/** The outcome without settings and device. */
function found({ settings: _, ran_on: __, ...rest }) {
  return rest;
}

suite("the app's searches", { skip: noApp, timeout: PATIENCE }, () => {
  const withGpu = browsing(DIST, {}, SOFTWARE_GPU);
  const without = browsing(DIST);

  test("a device finds what the processor finds", { timeout: PATIENCE }, async (t) => {
    const [cpu, gpu, auto] = await searched(withGpu, simulation(), ["cpu", "gpu", "auto"]);
    if (gpu.ran_on.notice?.includes("no graphics processor"))
      return t.skip("this browser has no WebGPU");
    assert.equal(gpu.ran_on.notice, null);
    assert.match(gpu.ran_on.device, /WebGPU/);
    t.diagnostic(`searched on ${gpu.ran_on.device}`);
    assert.deepEqual(found(gpu), found(cpu));
    assert.ok(
      cpu.ran_on.device === null && auto.ran_on.device === null,
      "too few mixtures to open a device by default",
    );
  });

  test(
    "without a device the processor searches, with a notice",
    { timeout: PATIENCE },
    async () => {
      const [cpu, gpu] = await searched(without, simulation(), ["cpu", "gpu"]);
      assert.equal(gpu.ran_on.device, null);
      assert.match(gpu.ran_on.notice, /no graphics processor was found/);
      assert.deepEqual(found(gpu), found(cpu));
    },
  );
});
