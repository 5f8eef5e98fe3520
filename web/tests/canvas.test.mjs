// Actions on the canvas with mouse, keyboard and touch. Positions are those in web/tests/pictures.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { PNG } from "pngjs";
import {
  browsing,
  DIST,
  drop,
  mixture,
  newContext,
  noBrowser,
  open,
  PATIENCE,
  runTable,
  settled,
  showTable,
  waitForFit,
  waitForMixture,
} from "./page.mjs";
import { serve } from "./server.mjs";

/** With the table open, the canvas is 1280 points wide. */
const DESKTOP = { viewport: { width: 1824, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe("the canvas", { skip: noBrowser, timeout: PATIENCE }, () => {
  const site = browsing(DIST);

  /** The app in a new browser context. */
  async function fresh(t, device, query = "") {
    const context = await newContext(site.browser, device);
    t.after(() => context.close());
    return { context, ...(await open(context, site.server.address + query)) };
  }

  /** Opens the table, reads it and closes it. */
  async function readTable(page, read) {
    await showTable(page);
    const found = await read(page);
    await page.locator("#toggle").click();
    // The canvas grows and is redrawn.
    await page.waitForTimeout(500);
    return found;
  }

  /** Runs a command by its name. Every step waits, because the palette opens one frame later. */
  async function runCommand(page, name) {
    for (const act of [
      () => page.keyboard.press("Control+k"),
      () => page.keyboard.type(name),
      () => page.keyboard.press("Enter"),
    ]) {
      await act();
      await page.evaluate(
        () =>
          new Promise((resolve) =>
            requestAnimationFrame(() =>
              requestAnimationFrame(() => requestAnimationFrame(resolve)),
            ),
          ),
      );
    }
  }

  const percent = (text) => Number.parseFloat(text);

  test("from two files to a shared link, by mouse and keyboard", async (t) => {
    const { page, errors } = await fresh(t, DESKTOP);
    await showTable(page);
    await page.locator("#canvas").click({ position: { x: 20, y: 600 } });
    await drop(page, "#canvas", runTable());
    await page.locator("#plain-dialog").getByText("24 runs", { exact: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator("#plain-metrics").getByText("valid_code").waitFor();
    const before = await mixture(page);
    assert.deepEqual(Object.keys(before), ["web", "code", "books"]);

    // The slider of the first domain.
    await page.mouse.move(240, 220);
    await page.mouse.down();
    await page.mouse.move(280, 220, { steps: 4 });
    await page.mouse.move(300, 220, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(
      (old) => document.querySelector("#plain-mixture td.number").textContent !== old,
      before.web,
    );
    const dragged = await settled(page, mixture);
    assert.ok(percent(dragged.web) > 50 && percent(dragged.web) < 90, dragged.web);
    await page.keyboard.press("Control+z");
    await waitForMixture(page, before, "a drag is one step");

    await runCommand(page, "search");
    await page.locator("#plain-proposal").getByText("%").first().waitFor();
    await runCommand(page, "reset proposal");
    await page.waitForFunction(
      (old) => document.querySelector("#plain-mixture td.number").textContent !== old,
      before.web,
    );

    await page.waitForFunction(() => location.hash.includes("v=1"));
    await page.waitForTimeout(700);
    const proposed = await settled(page, mixture);
    const again = await fresh(t, DESKTOP, page.url().slice(site.server.address.length));
    await showTable(again.page);
    await waitForMixture(again.page, proposed);
    assert.deepEqual([...errors, ...again.errors], []);
  });

  for (const renderer of ["webgl1", "webgl2"]) {
    test(`?renderer=${renderer} draws with ${renderer}`, async (t) => {
      const { page, errors } = await fresh(t, {}, `?renderer=${renderer}`);
      const other = { webgl1: "webgl2", webgl2: "webgl" }[renderer];
      // A canvas never changes its kind of context.
      assert.ok(
        await page.evaluate(
          (other) => document.getElementById("canvas").getContext(other) === null,
          other,
        ),
      );
      assert.deepEqual(errors, []);
    });
  }

  test("an unknown renderer is named, and an available one draws", async (t) => {
    const { page } = await fresh(t, {}, "?renderer=webgpu");
    await showTable(page);
    await page
      .locator("#message")
      .getByText('expected ?renderer= to be one of webgl, webgl1, webgl2, found "webgpu"')
      .waitFor();
  });

  test("a plot is saved as a picture that the browser draws", async (t) => {
    const { page, errors } = await fresh(t, DESKTOP);
    await showTable(page);
    await waitForFit(page);
    await page.locator("#canvas").click({ position: { x: 20, y: 600 } });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      runCommand(page, "export profile traces as png"),
    ]);
    assert.match(download.suggestedFilename(), /\.png$/);
    const picture = PNG.sync.read(readFileSync(await download.path()));
    const colours = new Set(
      new Uint32Array(picture.data.buffer, picture.data.byteOffset, picture.width * picture.height),
    );
    assert.ok(
      picture.width > 800 && picture.height > 400 && colours.size > 20,
      `${picture.width} x ${picture.height}, ${colours.size} colours`,
    );
    assert.deepEqual(errors, []);
  });

  /** Moves a finger from one point to another. */
  async function swipe(context, page, from, to) {
    const session = await context.newCDPSession(page);
    const touch = (type, points) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints: points });
    await touch("touchStart", [from]);
    for (let step = 1; step <= 10; step += 1) {
      const at = (axis) => from[axis] + ((to[axis] - from[axis]) * step) / 10;
      await touch("touchMove", [{ x: at("x"), y: at("y") }]);
      await page.waitForTimeout(20);
    }
    await touch("touchEnd", []);
  }

  test("touch moves a slider on a phone, and scrolls the rows that do not fit", async (t) => {
    const { context, page, errors } = await fresh(t, PHONE);
    const before = await readTable(page, mixture);
    const [first] = Object.keys(before);
    const slide = async () => {
      const link = page.url();
      await swipe(context, page, { x: 132, y: 268 }, { x: 220, y: 268 });
      await page.waitForFunction((old) => location.href !== old, link);
      return readTable(page, mixture);
    };
    const slid = await slide();
    assert.ok(percent(slid[first]) > 40, slid[first]);
    // After scrolling, the same point is another domain.
    await swipe(context, page, { x: 60, y: 420 }, { x: 60, y: 270 });
    await page.waitForTimeout(500);
    const other = await slide();
    assert.ok(percent(other[first]) < percent(slid[first]), JSON.stringify([slid, other]));
    assert.deepEqual(errors, []);
  });

  test("an embedding page scrolls over the app; a sideways swipe acts on the app", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "mixlens-"));
    const around = await serve(folder);
    t.after(() => around.close());
    const context = await newContext(site.browser, PHONE);
    t.after(() => context.close());
    const page = await context.newPage();
    const errors = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    const address = `${site.server.address}?embed=1&view=mixture,metrics`;
    writeFileSync(
      join(folder, "index.html"),
      `<!doctype html><link rel="icon" href="data:,">
      <meta name="viewport" content="width=device-width">
      <iframe width="350" height="500" src="${address}"></iframe>
      <p style="height: 3000px">long</p>`,
    );
    await page.goto(around.address);
    await page.frameLocator("iframe").locator("#splash").waitFor({ state: "hidden" });
    await page.mouse.move(180, 300);
    await page.mouse.wheel(0, 200);
    await page.waitForFunction(() => scrollY >= 150);
    await page.evaluate(() => scrollTo(0, 0));
    await swipe(context, page, { x: 180, y: 450 }, { x: 180, y: 250 });
    await page.waitForFunction(() => scrollY >= 100);
    await page.evaluate(() => scrollTo(0, 0));
    await swipe(context, page, { x: 140, y: 241 }, { x: 220, y: 241 });
    await page.frames()[1].waitForFunction(() => location.hash.includes("v=1"));
    assert.equal(await page.evaluate(() => scrollY), 0);
    assert.deepEqual(errors, []);
  });
});
