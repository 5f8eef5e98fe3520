// Files that <mix-lens> fetches: unusual addresses, servers that never answer, and files that are
// too large for a page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { browsing, newContext, noBrowser } from "./page.mjs";
import { flood, serve, silence } from "./server.mjs";

const WEB = dirname(dirname(fileURLToPath(import.meta.url)));
const MB = 1_000_000;
const LIMIT = 120_000;

describe("the files of the element", { skip: noBrowser, timeout: 600_000 }, () => {
  const site = browsing(WEB);
  const surrogate = readFileSync(join(WEB, "demo/demo.json"), "utf8");

  /** A page with one element, and the server of its files. */
  async function visit(t, attributes, routes) {
    const server = await serve(WEB, {}, "/app/", routes);
    t.after(() => server.close());
    const context = await newContext(site.browser);
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(`${server.address}demo/many.html?loading=lazy`);
    await page.evaluate((attributes) => {
      document.querySelectorAll("mix-lens").forEach((element) => element.remove());
      window.errors = [];
      document.addEventListener("error", ({ detail }) => window.errors.push(detail));
      const element = document.createElement("mix-lens");
      element.append("the fallback");
      for (const [name, value] of Object.entries({ loading: "eager", ...attributes }))
        element.setAttribute(name, value);
      document.querySelector("main").append(element);
    }, attributes);
    return {
      page,
      message: page.locator("mix-lens [part=message]"),
      download: page.locator("mix-lens [part=download]"),
    };
  }

  const ready = (page) => page.locator("mix-lens[data-ready]").waitFor({ timeout: 30_000 });

  test("a name with any escapes is fetched and shown", { timeout: LIMIT }, async (t) => {
    for (const name of ["pct100%.json", "%zz%c3%28.json", "%2e%2fup.json"]) {
      const { page } = await visit(t, { src: `/odd/${name}` }, { [`/odd/${name}`]: surrogate });
      await ready(page);
      assert.deepEqual(await page.evaluate(() => window.errors), []);
    }
  });

  test("an address that cannot be fetched is named", { timeout: LIMIT }, async (t) => {
    const invalid = await visit(t, { src: "http://[::1" }, {});
    await invalid.message
      .getByText(
        "expected an address such as https://example.org/runs.csv, " +
          'found "http://[::1"; correct the address',
      )
      .waitFor();
    assert.ok(await invalid.page.getByText("the fallback").isVisible());
    assert.equal((await invalid.page.evaluate(() => window.errors))[0].attribute, "src");
    const long = await visit(t, { src: `http://[${"x".repeat(20_000)}` }, {});
    await long.message.getByText("expected an address").waitFor();
    assert.ok((await long.message.textContent()).length < 320);
    const second = await visit(
      t,
      { src: "/good.csv", "metrics-src": "/missing.csv" },
      { "/good.csv": "run,train_a,train_b\n" },
    );
    await second.message
      .getByText(/found: 404 Not Found; "http:\/\/localhost:\d+\/missing\.csv"$/)
      .waitFor();
  });

  test(
    "a download that never ends shows its size and can be cancelled",
    { timeout: LIMIT },
    async (t) => {
      const route = silence("x".repeat(MB));
      const { page, message, download } = await visit(
        t,
        { src: "/never.json" },
        { "/never.json": route, "/good.json": surrogate },
      );
      await download.getByText(/^Fetching never\.json from localhost:\d+$/).waitFor();
      await download.getByText("1.0 MB so far").waitFor();
      assert.ok(await page.getByText("the fallback").isVisible());
      await download.getByRole("button", { name: "Cancel" }).click();
      await message
        .getByText("the download was cancelled; reload the page to start it again")
        .waitFor();
      assert.ok(await download.isHidden());
      for (let patience = 50; !route.isClosed; patience -= 1) {
        assert.ok(patience > 0, "the connection was kept");
        await page.waitForTimeout(100);
      }
      await page.evaluate(() => {
        document.querySelector("mix-lens").src = "/good.json";
      });
      await ready(page);
    },
  );

  test("an element that is removed closes its connection", { timeout: LIMIT }, async (t) => {
    const route = silence("x");
    const { page, download } = await visit(t, { src: "/never.json" }, { "/never.json": route });
    await download.getByText("Fetching never.json").waitFor();
    await page.evaluate(() => document.querySelector("mix-lens").remove());
    for (let patience = 50; !route.isClosed; patience -= 1) {
      assert.ok(patience > 0, "the connection was kept");
      await page.waitForTimeout(100);
    }
    assert.deepEqual(await page.evaluate(() => window.errors), []);
  });

  test("a body over the limit stops being downloaded there", { timeout: LIMIT }, async (t) => {
    for (const isPacked of [false, true]) {
      const route = flood(600 * MB, { isPacked });
      const { page, message } = await visit(t, { src: "/huge.csv" }, { "/huge.csv": route });
      await message
        .getByText(/^expected a file of at most 200 MB in a browser, found more; .*huge\.csv"$/)
        .waitFor();
      for (let patience = 50; !route.isClosed; patience -= 1) {
        assert.ok(patience > 0, "the connection was kept");
        await page.waitForTimeout(100);
      }
      assert.ok(isPacked || route.sent < 300 * MB, `${route.sent} bytes were sent`);
    }
  });
});
