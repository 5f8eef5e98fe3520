// Helpers for tests of the app in a browser.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** The browser app, as built by `make web`. */
export const DIST = join(ROOT, "dist");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The reason to skip browser tests, if any. */
export const noBrowser = existsSync(CHROMIUM)
  ? undefined
  : `no Chromium at ${CHROMIUM}: install it, or name another in CHROMIUM`;

/** Time limit of a suite on a busy machine, in milliseconds. */
export const PATIENCE = 1_200_000;

/** Flags with which Chromium computes on the CPU instead of a graphics processor. */
export const SOFTWARE_GPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];

export async function launch(more = []) {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...FLAGS, ...more] });
}

/** A new browser context with three times the default timeout. */
export async function newContext(browser, options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(90_000);
  return context;
}

/** A `browser` and a `server` of a folder, available while the tests of the suite run. */
export function browsing(folder, headers, flags) {
  const site = {};
  before(async () => {
    site.browser = await launch(flags);
    site.server = await serve(folder, headers);
  });
  after(async () => {
    await site.browser?.close();
    await site.server?.close();
  });
  return site;
}

/** The path of a program built by `make test-web`, in the target folder of Cargo. */
export const built = (name) =>
  join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "debug", name);

/** Opens the app and waits until it draws; `errors` collects errors of page and console. */
export async function open(context, address) {
  const page = await context.newPage();
  await page.addInitScript(watchFrames);
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(address);
  await page.locator("#splash").waitFor({ state: "hidden" });
  return { page, errors };
}

/** Runs in the page: collects the working time of each frame. */
function watchFrames() {
  const request = window.requestAnimationFrame.bind(window);
  window.frameTimes = [];
  window.requestAnimationFrame = (frame) =>
    request((time) => {
      const start = performance.now();
      frame(time);
      window.frameTimes.push(performance.now() - start);
    });
}

/** Working times of the frames of the next `duration` milliseconds, the shortest first. */
export async function frameTimes(page, duration) {
  await page.evaluate(() => {
    window.frameTimes = [];
  });
  await page.waitForTimeout(duration);
  return page.evaluate(() => window.frameTimes.toSorted((a, b) => a - b));
}

/** Two files of a run table over three domains, in the format of RegMix. */
export function runTable(rows = 24) {
  const parts = Array.from({ length: rows }, (_, row) => {
    const [web, code] = [
      0.1 + (0.6 * ((row * 7) % rows)) / rows,
      0.05 + (0.25 * ((row * 5) % rows)) / rows,
    ];
    return [web, code, 1 - web - code];
  });
  const lines = parts.map((mixture, row) =>
    [row, ...mixture.map((part) => part.toFixed(6))].join(),
  );
  const losses = parts.map(([web, code], row) =>
    [row, (3 - 0.8 * web ** 0.4).toFixed(5), (2 - 0.9 * code ** 0.4).toFixed(5)].join(),
  );
  return [
    { name: "mixtures.csv", text: `index,train_web,train_code,train_books\n${lines.join("\n")}\n` },
    { name: "losses.csv", text: `index,valid_web,valid_code\n${losses.join("\n")}\n` },
  ];
}

/** Opens the table beside the canvas. */
export async function showTable(page) {
  await page.getByRole("button", { name: "View as table" }).click();
  await page.locator("#plain").getByRole("heading", { name: "Mixture" }).waitFor();
}

/** Waits until the demo is fitted for the first time. */
export async function waitForFit(page) {
  await page.locator("#plain-metrics tbody tr").first().waitFor();
}

/** Drops files: `{ name, text }`. */
export async function drop(page, selector, files) {
  const data = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, text } of files) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  await page.dispatchEvent(selector, "dragover", { dataTransfer: data });
  await page.dispatchEvent(selector, "drop", { dataTransfer: data });
}

/** The proportion of each domain, as shown. */
export async function mixture(page) {
  return page
    .locator("#plain-mixture tbody tr")
    .evaluateAll((rows) =>
      Object.fromEntries(
        rows.map((row) => [
          row.querySelector("th").textContent,
          row.querySelector("td.number").textContent,
        ]),
      ),
    );
}

/** Waits until the mixture is as expected; a slow machine may draw older frames first. */
export async function waitForMixture(page, expected, why) {
  const deadline = performance.now() + 60_000;
  let found = await mixture(page);
  while (!isDeepStrictEqual(found, expected) && performance.now() < deadline) {
    await page.waitForTimeout(50);
    found = await mixture(page);
  }
  assert.deepEqual(found, expected, why);
}

/** Waits until the result of `read` has stayed the same for half a second. */
export async function settled(page, read) {
  for (let last = await read(page); ;) {
    await page.waitForTimeout(500);
    const found = await read(page);
    if (isDeepStrictEqual(found, last)) return found;
    last = found;
  }
}

/** Sets a proportion in per cent with the slider of the table, and waits for the app. */
export async function setProportion(page, domain, percent) {
  await page.getByLabel(`${domain} proportion`).fill(String(percent));
  await page
    .locator("#plain-mixture tr", { hasText: domain })
    .getByText(`${percent.toFixed(2)} %`)
    .first()
    .waitFor();
}

/** Runs a command by its title. */
export async function command(page, title) {
  await page.getByLabel("Command").selectOption(title);
  await page.locator("#plain-commands").getByRole("button", { name: "Run" }).click();
}
