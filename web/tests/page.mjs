// A page of the app in a browser, as a test uses it.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Why no browser can be started; nothing when one can. */
export const noBrowser = existsSync(CHROMIUM) ? undefined : `no Chromium at ${CHROMIUM}: install it, or name another in CHROMIUM`;

export async function launch() {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

/** Opens the app and waits until it draws; errors of the page and of its console are collected in `errors`. */
export async function open(context, address) {
  const page = await context.newPage();
  await page.addInitScript(watchFrames);
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(address);
  await page.locator("#cover").waitFor({ state: "hidden", timeout: 60_000 });
  return { page, errors };
}

/** Runs in the page: collects how long the page works on each frame. A screen without a graphics card shows fewer. */
function watchFrames() {
  const request = window.requestAnimationFrame.bind(window);
  window.frameTimes = [];
  window.requestAnimationFrame = (frame) => request((time) => {
    const start = performance.now();
    frame(time);
    window.frameTimes.push(performance.now() - start);
  });
}

/** How long the page works on each frame of the next milliseconds, the shortest first. */
export async function frameTimes(page, duration) {
  await page.evaluate(() => { window.frameTimes = []; });
  await page.waitForTimeout(duration);
  return page.evaluate(() => window.frameTimes.toSorted((a, b) => a - b));
}

/** Opens the table beside the canvas. */
export async function showTable(page) {
  await page.getByRole("button", { name: "View as table" }).click();
  await page.locator("#plain").getByRole("heading", { name: "Mixture" }).waitFor();
}

/** Waits until the demo is fitted for the first time. */
export async function waitForFit(page) {
  await page.locator("#plain-metrics tbody tr").first().waitFor({ timeout: 60_000 });
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

/** What the mixture says of each domain. */
export async function mixture(page) {
  return page.locator("#plain-mixture tbody tr").evaluateAll((rows) =>
    Object.fromEntries(rows.map((row) => [row.querySelector("th").textContent, row.querySelector("td.number").textContent])));
}

/** Sets a proportion in per cent with the slider of the table, and waits until the app has it. */
export async function setProportion(page, domain, percent) {
  await page.getByLabel(`${domain} proportion`).fill(String(percent));
  await page.locator("#plain-mixture tr", { hasText: domain }).getByText(`${percent.toFixed(2)} %`).first().waitFor();
}

/** Runs a command by its title. */
export async function command(page, title) {
  await page.getByLabel("Command").selectOption(title);
  await page.locator("#plain-commands").getByRole("button", { name: "Run" }).click();
}
