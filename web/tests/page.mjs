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
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(address);
  await page.locator("#cover").waitFor({ state: "hidden", timeout: 60_000 });
  return { page, errors };
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

/** What the mixture says, domain by domain. */
export async function mixture(page) {
  const rows = await page.locator("#plain-mixture tbody tr").all();
  return Promise.all(rows.map(async (row) => [await row.locator("th").textContent(), await row.locator("td.number").first().textContent()]));
}
