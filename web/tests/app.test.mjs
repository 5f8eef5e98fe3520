// The browser app from a plain static server, under the strictest policy that it supports.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import {
  browsing,
  built,
  command,
  DIST,
  drop,
  frameTimes,
  mixture,
  newContext,
  noBrowser,
  open,
  PATIENCE,
  runTable,
  setProportion,
  showTable,
  waitForFit,
  waitForMixture,
} from "./page.mjs";
import { serve } from "./server.mjs";

const POLICY = {
  "content-security-policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; " +
    "style-src 'self'; img-src 'self' data:",
};

describe("the browser app", { skip: noBrowser, timeout: PATIENCE }, () => {
  const site = browsing(DIST, POLICY);

  /** A page in a new browser context, with its table. */
  async function fresh(
    t,
    query = "",
    { size = { width: 1280, height: 800 }, from = site.server } = {},
  ) {
    const context = await newContext(site.browser, { viewport: size, acceptDownloads: true });
    t.after(() => context.close());
    const opened = await open(context, from.address + query);
    await showTable(opened.page);
    return { context, ...opened };
  }

  test("a cold load leads to a slider that moves, by pointer-free means too", async (t) => {
    const start = performance.now();
    const { page, errors } = await fresh(t);
    t.diagnostic(`interactive after ${Math.round(performance.now() - start)} ms`);
    const before = await mixture(page);
    await setProportion(page, "python", 50);
    assert.equal((await mixture(page)).python, "50.00 %");
    // The canvas has the keyboard: undo goes through it.
    await page.locator("#canvas").click({ position: { x: 5, y: 500 } });
    await page.keyboard.press("Control+z");
    await waitForMixture(page, before);
    assert.deepEqual(errors, []);
  });

  test("the app is downloaded once, and works without a network after that", async (t) => {
    const server = await serve(DIST, POLICY);
    t.after(() => server.close());
    const { page, errors } = await fresh(t, "", { from: server });
    await page.evaluate(() => navigator.serviceWorker.ready);
    const modules = server.requests.filter((path) => path.endsWith(".wasm"));
    assert.deepEqual(modules.map((path) => path.match(/(\w+)-\w+\.wasm$/)[1]).toSorted(), [
      "jobs",
      "mixlens",
    ]);
    await server.close();
    await page.reload();
    await page.locator("#splash").waitFor({ state: "hidden" });
    await showTable(page);
    await waitForFit(page);
    assert.deepEqual(errors, []);
  });

  test("jobs come after the first frame, which needs none of them", async (t) => {
    const { page, errors } = await fresh(t);
    await waitForFit(page);
    const { drawn, fetched } = await page.evaluate(() => ({
      drawn: performance.getEntriesByName("interactive")[0].startTime,
      fetched: performance
        .getEntriesByType("resource")
        .filter(({ name }) => /\/jobs-\w+\.wasm$/.test(name))
        .map(({ startTime }) => startTime),
    }));
    assert.equal(fetched.length, 1);
    assert.ok(fetched[0] >= drawn, `drawn at ${drawn} ms, jobs fetched at ${fetched[0]} ms`);
    assert.deepEqual(errors, []);
  });

  test("a missing module of jobs is explained, and fetched again by the next job", async (t) => {
    const jobs = readdirSync(DIST).find((name) => /^jobs-.*\.wasm$/.test(name));
    let answer = (_, response) => response.destroy();
    const route = (request, response) => answer(request, response);
    const own = await serve(DIST, POLICY, "/app/", { [`/app/${jobs}`]: route });
    t.after(() => own.close());
    const { page } = await fresh(t, "", { from: own });
    const message = page.locator("#message");
    await message
      .getByText("expected to fetch the module that fits and searches, found: it cannot be reached")
      .waitFor();
    await setProportion(page, "python", 50);
    answer = (_, response) => response.writeHead(404).end("not found");
    await command(page, "Fit best surrogates");
    await message.getByText("found: 404 Not Found; reload the page").waitFor();
    answer = (_, response) =>
      response
        .writeHead(200, { "content-type": "application/wasm" })
        .end(readFileSync(join(DIST, jobs)));
    assert.equal((await mixture(page)).python, "50.00 %");
    // The preview of files is a job too.
    await drop(page, "#canvas", runTable());
    await page.getByRole("heading", { name: "Import mixtures.csv, losses.csv" }).waitFor();
  });

  test("a newer build replaces the one that was kept", async (t) => {
    const server = await serve(DIST, POLICY);
    t.after(() => server.close());
    const { page } = await fresh(t, "", { from: server });
    await page.evaluate(() => navigator.serviceWorker.ready);
    server.replace("index.html", (text) => text.replace("<title>Mixlens", "<title>Newer Mixlens"));
    await page.reload();
    assert.equal(await page.evaluate(() => document.querySelector("title").text), "Newer Mixlens");
  });

  test("dropped files are previewed, imported and predicted", async (t) => {
    const { page, errors } = await fresh(t);
    await drop(page, "#canvas", runTable());
    await page.getByRole("heading", { name: "Import mixtures.csv, losses.csv" }).waitFor();
    assert.match(
      await page.locator("#plain-dialog").innerText(),
      /24 runs\s+Domains: web, code, books/,
    );
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.locator("#plain-metrics").getByText("valid_code").waitFor();
    assert.deepEqual(Object.keys(await mixture(page)), ["web", "code", "books"]);
    assert.deepEqual(errors, []);
  });

  test("a link opens the same state elsewhere", async (t) => {
    const { page } = await fresh(t);
    await setProportion(page, "python", 40);
    await page.getByLabel("Lock python").check();
    await page.waitForFunction(() => location.hash.includes("v=1"));
    await page.waitForTimeout(700);
    const [link, before] = [page.url(), await mixture(page)];
    assert.ok(link.length < 2000, link);
    const other = await fresh(t, link.slice(site.server.address.length));
    await waitForMixture(other.page, before);
    assert.ok(await other.page.getByLabel("Lock python").isChecked());
    await other.page.waitForTimeout(700);
    assert.equal(new URL(other.page.url()).hash, new URL(link).hash);
    assert.deepEqual(other.errors, []);
  });

  test("long work is cancelled within 100 ms, and leaves the page its frames", async (t) => {
    const { page, errors } = await fresh(t);
    await waitForFit(page);
    const job = page.locator("#plain-jobs p", { hasText: "Comparing surrogates" });
    const cancelled = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      // The first comparison starts automatically.
      if (attempt > 0) await command(page, "Compare surrogates");
      await job.waitFor();
      const frames = await frameTimes(page, 1000);
      t.diagnostic(
        `the page's share of a frame during work: ${frames.map(Math.round).join(", ")} ms`,
      );
      // A job on the main thread would block a frame for seconds. Otherwise the length of frames
      // depends on the machine and is only reported above.
      assert.ok(frames.length > 0 && frames[Math.floor(frames.length / 4)] < 100, `${frames}`);
      cancelled.push(
        await job.getByRole("button", { name: "Cancel" }).evaluate(
          (button) =>
            new Promise((resolve) => {
              const jobs = document.querySelector("#plain-jobs");
              const start = performance.now();
              const check = () =>
                jobs.textContent.includes("Comparing") || resolve(performance.now() - start);
              new MutationObserver(check).observe(jobs, { childList: true });
              button.click();
            }),
        ),
      );
    }
    t.diagnostic(`cancelled after ${cancelled.map(Math.round).join(", ")} ms`);
    assert.ok(Math.min(...cancelled) <= 100, `${cancelled}`);
    assert.deepEqual(errors, []);
  });

  test("a worker that dies or traps is replaced, and its job is reported as failed", async (t) => {
    const worker = readdirSync(DIST).find((name) => name.startsWith("worker-"));
    const ends = {
      "self.close()": "the browser stopped it",
      "throw new Error('a trap')": "a trap",
    };
    for (const [end, why] of Object.entries(ends)) {
      const server = await serve(DIST, POLICY);
      t.after(() => server.close());
      // A comparison kills its worker; other jobs run as usual.
      server.replace(
        worker,
        (text) => `${text};const original = onmessage;
        onmessage = (event) => {
          if (event.data.request?.includes('"Compare"')) { ${end}; } else original(event);
        };`,
      );
      const { page } = await fresh(t, "", { from: server });
      await page
        .locator("#message")
        .getByText(`Comparing surrogates: the worker stopped before it finished`)
        .waitFor();
      assert.match(await page.locator("#message").textContent(), new RegExp(why));
      await command(page, "Search");
      await page.getByRole("button", { name: "Show the proposal" }).waitFor();
    }
  });

  test("unsaved work is offered after a crash", async (t) => {
    const { context, page } = await fresh(t);
    await setProportion(page, "c", 33);
    const before = await mixture(page);
    const isKept = () =>
      page.evaluate(
        () =>
          new Promise((resolve) => {
            const request = indexedDB.open("mixlens", 1);
            request.onsuccess = () => {
              const keys = request.result.transaction("kept").objectStore("kept").getAllKeys();
              keys.onsuccess = () => resolve(keys.result.length > 0);
            };
          }),
      );
    for (let patience = 50; !(await isKept()); patience -= 1) {
      assert.ok(patience > 0, "nothing was kept");
      await page.waitForTimeout(200);
    }
    await page.close();
    const again = await open(context, site.server.address);
    await showTable(again.page);
    await again.page.getByRole("button", { name: "Recover" }).click();
    await waitForMixture(again.page, before);
    assert.deepEqual(again.errors, []);
  });

  test("a study is saved as a download that opens again", async (t) => {
    const { page, errors } = await fresh(t);
    await setProportion(page, "c", 21);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      command(page, "Save study"),
    ]);
    assert.equal(download.suggestedFilename(), "study.mixlens.json");
    const text = await (
      await download.createReadStream()
    )
      .toArray()
      .then((parts) => Buffer.concat(parts).toString());
    await setProportion(page, "c", 5);
    await command(page, "Undo");
    await drop(page, "#plain", [{ name: "again.mixlens.json", text }]);
    await page.locator("#plain-mixture").getByText("21.00 %").waitFor();
    assert.deepEqual(errors, []);
  });

  test("runs at an address open with one link, and a refusal is explained", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "mixlens-"));
    for (const { name, text } of runTable()) writeFileSync(join(folder, name), text);
    const closed = await serve(folder);
    const shared = await serve(folder, { "access-control-allow-origin": "*" });
    // The strict policy forbids other origins; a page without one allows them.
    const lenient = await serve(DIST);
    t.after(() => Promise.all([closed.close(), shared.close(), lenient.close()]));
    const query = (from) => `?runs=${from.address}mixtures.csv&metrics=${from.address}losses.csv`;
    const { page } = await fresh(t, query(shared), { from: lenient });
    await page.locator("#plain-metrics").getByText("valid_code").waitFor();
    const refused = await fresh(t, query(closed), { from: lenient });
    await refused.page.locator("#message").getByText("CORS").waitFor();
  });

  test("invalid files are rejected with the messages of the command line", async (t) => {
    const binary = built("mixlens");
    if (!existsSync(binary)) return t.skip(`no ${binary}, which make test-web builds`);
    const folder = mkdtempSync(join(tmpdir(), "mixlens-"));
    const wrong = {
      "spreadsheet.csv": "PK\u0003\u0004 sheet",
      "empty.csv": "",
      "sums.csv": "run,train_web,train_code,valid_loss\na,0.9,0.9,1\nb,0.7,0.7,2\n",
      "twice.csv": "run,train_web,train_code,valid_loss\na,0.5,0.5,1\na,0.4,0.6,2\n",
    };
    const { page } = await fresh(t);
    for (const [name, text] of Object.entries(wrong)) {
      writeFileSync(join(folder, name), text);
      const message = await promisify(execFile)(binary, ["compare", name], { cwd: folder }).then(
        () => assert.fail(`${name} was accepted`),
        (problem) => problem.stderr.trim().replace(/^error: /, ""),
      );
      await drop(page, "#canvas", [{ name, text }]);
      await page.getByRole("heading", { name: `Import ${name}` }).waitFor();
      const shown = await page.locator("#plain-dialog").innerText();
      assert.ok(
        shown.includes(message),
        `the command line prints\n${message}\nthe browser shows\n${shown}`,
      );
      await page.locator("#plain-dialog").getByRole("button", { name: "Close" }).click();
      await page.locator("#plain-dialog").waitFor({ state: "hidden" });
    }
  });

  test("a file too large for a page is named, with a program that opens it", async (t) => {
    const { page, errors } = await fresh(t);
    const handle = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(201e6)], "huge.csv"));
      return transfer;
    });
    for (const target of ["#canvas", "#plain"]) {
      await page.dispatchEvent(target, "drop", { dataTransfer: handle });
      await page
        .locator("#message")
        .getByText('found 201 MB; "huge.csv": the desktop app opens it')
        .waitFor();
      await command(page, "Undo");
    }
    assert.deepEqual(errors, []);
  });

  test("the keyboard leads out of the canvas, and to everything in the table", async (t) => {
    const { page } = await fresh(t);
    await page.reload();
    await page.locator("#splash").waitFor({ state: "hidden" });
    const focused = () =>
      page.evaluate(() => document.activeElement.id || document.activeElement.ariaLabel);
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "canvas");
    await page.keyboard.press("F6");
    assert.equal(await focused(), "toggle");
    await page.keyboard.press("Enter");
    await page.locator("#plain-mixture tbody tr").first().waitFor();
    await page.keyboard.press("F6");
    assert.equal(await focused(), "canvas");
    await page.getByLabel("python proportion").focus();
    const before = await mixture(page);
    await page.keyboard.press("ArrowRight");
    const python = page
      .locator("#plain-mixture tr", { hasText: "python" })
      .locator("td.number")
      .first();
    await python.filter({ hasNotText: before.python }).waitFor();
  });

  test("an embedding page exchanges the state by messages, and no other page does", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "mixlens-"));
    const around = await serve(folder);
    t.after(() => around.close());
    const context = await newContext(site.browser, { viewport: { width: 900, height: 600 } });
    t.after(() => context.close());
    const page = await context.newPage();
    const embed = async (origin) => {
      const query = `?embed=1&view=mixture,metrics&origin=${encodeURIComponent(origin)}`;
      const address = site.server.address + query;
      writeFileSync(
        join(folder, "index.html"),
        `<iframe width="800" height="500" src="${address}"></iframe>`,
      );
      await page.goto(around.address);
      await page.frameLocator("iframe").locator("#splash").waitFor({ state: "hidden" });
    };
    const ask = (message) =>
      page.evaluate(
        (message) =>
          new Promise((resolve) => {
            addEventListener("message", ({ data }) => data.id === message.id && resolve(data));
            document.querySelector("iframe").contentWindow.postMessage(message, "*");
            setTimeout(() => resolve("no answer"), 1500);
          }),
        message,
      );
    await embed(new URL(around.address).origin);
    const { state } = await ask({ mixlens: 1, id: "get", get: "state" });
    assert.equal(
      Object.values(state.mixture)
        .reduce((sum, part) => sum + part, 0)
        .toFixed(9),
      "1.000000000",
    );
    const other = await fresh(t);
    await setProportion(other.page, "python", 60);
    await other.page.waitForFunction(() => location.hash.includes("v=1"));
    const link = new URL(other.page.url()).hash.slice(1);
    assert.deepEqual(await ask({ mixlens: 1, id: "set", set: { link } }), {
      mixlens: 1,
      id: "set",
      done: true,
    });
    await page.waitForTimeout(500);
    assert.equal((await ask({ mixlens: 1, id: "again", get: "state" })).state.mixture.python, 0.6);
    assert.match((await ask({ mixlens: 1, id: "wrong", get: "money" })).problem, /^expected/);
    await embed("https://elsewhere.example");
    assert.equal(await ask({ mixlens: 1, id: "stranger", get: "state" }), "no answer");
  });

  test("the page names a feature that the browser lacks", async (t) => {
    const without = async (script, words) => {
      const context = await newContext(site.browser);
      t.after(() => context.close());
      await context.addInitScript(script);
      const page = await context.newPage();
      await page.goto(site.server.address);
      await page.locator("#splash-text").getByText(words).waitFor();
    };
    await without("HTMLCanvasElement.prototype.getContext = () => null", "draws with WebGL");
    await without("delete window.WebAssembly", "needs WebAssembly, which");
    await without("WebAssembly.validate = () => false", "WebAssembly with SIMD");
  });

  test("a crashed app shows the reason instead of a frozen canvas", async (t) => {
    const { page } = await fresh(t);
    await page.evaluate(() => {
      WebGL2RenderingContext.prototype.bufferData = () => {
        throw new Error("the graphics card is on fire");
      };
    });
    await page.mouse.move(100, 100);
    await page.locator("#details").waitFor();
    assert.match(await page.locator("#details").textContent(), /the graphics card is on fire/);
    assert.ok(await page.getByRole("button", { name: "Copy details" }).isVisible());
  });
});
