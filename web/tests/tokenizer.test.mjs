// A tokenizer in the browser app: its training mixture, from samples and from built-in categories,
// with and without a network.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LANGUAGES, text, tokenizerFile } from "./bpe.mjs";
import {
  browsing,
  command,
  DIST,
  drop,
  newContext,
  noBrowser,
  open,
  PATIENCE,
  showTable,
} from "./page.mjs";
import { serve } from "./server.mjs";

const POLICY = {
  "content-security-policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; " +
    "style-src 'self'; img-src 'self' data:",
};

/** Words of the training text in each language. */
const WORDS = { consonantal: 30_000, vocalic: 10_000 };
const TRAINING = Object.entries(LANGUAGES).map(([name, letters], index) =>
  text(letters, WORDS[name], index + 1),
);
const TOKENIZER = { name: "tokenizer.json", text: tokenizerFile(TRAINING.join(""), 120) };
const SAMPLES = Object.entries(LANGUAGES).map(([name, letters]) => ({
  name: `${name}.txt`,
  text: text(letters, 15_000, 7),
}));
const WORD_PIECE = {
  name: "word-piece.json",
  text: JSON.stringify({
    pre_tokenizer: null,
    model: { type: "WordPiece", vocab: { a: 0, b: 1 } },
  }),
};

/** Files that are fetched only for a tokenizer. */
const isForTokenizers = (path) => /tokenizers-|reader-|categories\//.test(path);

describe("a tokenizer in the browser app", { skip: noBrowser, timeout: PATIENCE }, () => {
  const site = browsing(DIST, POLICY);

  /** A page in a new browser context, with its table, from a new server. */
  async function fresh(t) {
    const server = await serve(DIST, POLICY);
    t.after(() => server.close());
    const context = await newContext(site.browser, { viewport: { width: 1280, height: 800 } });
    t.after(() => context.close());
    const opened = await open(context, server.address);
    await showTable(opened.page);
    await opened.page.evaluate(() => navigator.serviceWorker.ready);
    return { server, section: opened.page.locator("#plain-tokenizer"), ...opened };
  }

  /** Waits for the inference; the inferred proportion of every category. */
  async function answer(section) {
    await section.locator("table").first().waitFor({ timeout: 400_000 });
    return section
      .locator("tbody tr")
      .evaluateAll((rows) =>
        Object.fromEntries(
          rows.map((row) => [
            row.querySelector("th").textContent,
            parseFloat(row.querySelector("td").textContent) / 100,
          ]),
        ),
      );
  }

  test("dropped with samples, it reveals its training mixture", async (t) => {
    const { server, page, section, errors } = await fresh(t);
    assert.deepEqual(
      server.requests.filter(isForTokenizers),
      [],
      "fetched before a tokenizer was opened",
    );
    await drop(page, "#canvas", [TOKENIZER, ...SAMPLES]);
    const found = await answer(section);
    const bytes = TRAINING.map((text) => text.length);
    const truth = bytes[0] / (bytes[0] + bytes[1]);
    t.diagnostic(
      `consonantal ${found.consonantal}, vocalic ${found.vocalic}, ` +
        `true values ${truth.toFixed(4)} and ${(1 - truth).toFixed(4)}`,
    );
    assert.deepEqual(
      Object.keys(found).toSorted(),
      ["consonantal", "vocalic"],
      "samples dropped with it are the only categories",
    );
    assert.ok(Math.abs(found.consonantal - truth) < 0.02, JSON.stringify(found));
    const fetched = server.requests.filter(isForTokenizers);
    assert.equal(new Set(fetched).size, fetched.length, "each file once");
    assert.deepEqual(errors, []);
  });

  test("alone, it is fitted to the built-in categories, later without a network", async (t) => {
    const { server, page, section, errors } = await fresh(t);
    await drop(page, "#canvas", [TOKENIZER]);
    const found = await answer(section);
    const tables = new Set(server.requests.filter((path) => path.includes("categories/")));
    assert.equal(tables.size, Object.keys(found).length, "a table for each category");
    assert.ok(
      Math.abs(Object.values(found).reduce((sum, part) => sum + part, 0) - 1) < 0.02,
      JSON.stringify(found),
    );
    await section.getByText("built-in categories are used").waitFor();
    await server.close();
    await page.reload();
    await page.locator("#splash").waitFor({ state: "hidden" });
    await showTable(page);
    await drop(page, "#canvas", [TOKENIZER]);
    assert.deepEqual(await answer(section), found);
    assert.deepEqual(errors, []);
  });

  test("without a network from the start, the reason is shown", async (t) => {
    const { server, page, section } = await fresh(t);
    await server.close();
    await drop(page, "#canvas", [TOKENIZER]);
    await section.locator(".problem").getByText("network").waitFor();
  });

  test("a file that is no BPE tokenizer is rejected with a reason", async (t) => {
    const { page, section, errors } = await fresh(t);
    await drop(page, "#canvas", [WORD_PIECE]);
    await section.locator(".problem").getByText("WordPiece").waitFor();
    assert.match(
      await section.locator(".problem").textContent(),
      /only BPE picks merges by frequency/,
    );
    assert.deepEqual(errors, []);
  });

  test("the inference can be cancelled and repeated", async (t) => {
    const { page, section, errors } = await fresh(t);
    // The built-in categories take long enough to be cancelled.
    await drop(page, "#canvas", [TOKENIZER]);
    const job = page.locator("#plain-jobs p", { hasText: "Inferring the mixture" });
    await job.waitFor();
    await job.getByRole("button", { name: "Cancel" }).evaluate((button) => button.click());
    await job.waitFor({ state: "detached" });
    assert.equal(await section.locator("table").count(), 0);
    await command(page, "Infer mixture from tokenizer");
    assert.ok(Object.keys(await answer(section)).length > 40);
    assert.deepEqual(errors, []);
  });
});
