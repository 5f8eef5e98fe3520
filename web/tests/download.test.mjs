// Files that the browser app fetches from addresses: unusual addresses, servers that never answer,
// and files that are too large for a page.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  browsing,
  DIST,
  drop,
  newContext,
  noBrowser,
  open,
  PATIENCE,
  runTable,
  showTable,
} from "./page.mjs";
import { flood, serve, silence } from "./server.mjs";

const ROWS = Array.from({ length: 12 }, (_, row) => {
  const web = row / 12;
  return `r${row},${web.toFixed(2)},${(1 - web).toFixed(2)},${2 + web ** 2}`;
});
const TABLE = `run,train_web,train_code,valid_loss\n${ROWS.join("\n")}\n`;
const MB = 1_000_000;

describe("files from addresses", { skip: noBrowser, timeout: PATIENCE }, () => {
  const site = browsing(DIST);

  async function visit(t, query, routes = {}) {
    const server = await serve(DIST, {}, "/app/", routes);
    t.after(() => server.close());
    const context = await newContext(site.browser, { viewport: { width: 1280, height: 800 } });
    t.after(() => context.close());
    const opened = await open(context, server.address + query);
    await showTable(opened.page);
    return { server, context, ...opened };
  }

  const runs = (...addresses) =>
    `?${addresses.map((address) => `runs=${encodeURIComponent(address)}`).join("&")}`;
  const message = (page) => page.locator("#message");
  /** Visits addresses that are refused, and returns the message. */
  async function refused(t, words, ...addresses) {
    const { page } = await visit(t, runs(...addresses), { "/app/good.csv": TABLE });
    await message(page).getByText(words).waitFor();
    const text = await message(page).textContent();
    await page.context().close();
    return text;
  }

  test("a name with any escapes is fetched and shown", async (t) => {
    const names = [
      "pct100%.csv",
      "%",
      "%zz%c3%28.csv",
      "half%e2%82.csv",
      "%2e%2fup.csv",
      "caf%C3%A9.csv",
      "a+b%20c.csv",
      "line%0Abreak%1b.csv",
    ];
    for (const name of names) {
      const { page, errors } = await visit(t, runs(`/odd/${name}`), {
        [new URL(`/odd/${name}`, "http://localhost").pathname]: TABLE,
      });
      await page.locator("#plain-mixture").getByText("web", { exact: true }).waitFor();
      assert.deepEqual(errors, [], name);
      await page.context().close();
    }
  });

  test("an address that cannot be fetched is named, with advice", async (t) => {
    const invalid = [
      "http://[::1",
      "http://",
      "http://1.2.3.4.5/runs.csv",
      "http://host:99999/runs.csv",
      "  ",
    ];
    for (const address of invalid) {
      assert.equal(
        await refused(t, "expected an address", "good.csv", address),
        "expected an address such as https://example.org/runs.csv, " +
          `found "${address}"; correct the address`,
      );
    }
    for (const address of [
      "data:text/csv,a",
      "file:///etc/passwd",
      "javascript:alert(1)",
      "ftp://example.org/runs.csv",
    ]) {
      const text = await refused(t, "expected an address", address);
      assert.ok(
        text.startsWith("expected an address that begins with https:// or http://, found ") &&
          text.endsWith(`"${address}"`),
        text,
      );
    }
    const text = await refused(t, "user name", "http://reader:hunter2@localhost/runs.csv");
    assert.ok(text.includes("localhost/runs.csv") && !text.includes("hunter2"), text);
    const long = await refused(t, "expected an address", `http://[${"x".repeat(9_000)}`);
    assert.ok(long.includes(`"http://[${"x".repeat(150)}`) && long.length < 320, long);
    const many = await refused(
      t,
      "at most 100 addresses",
      ...Array.from({ length: 101 }, () => "good.csv"),
    );
    assert.match(many, /found 101$/);
  });

  test("among several addresses the failing one is named", async (t) => {
    assert.match(
      await refused(t, "404", "good.csv", "missing.csv", "good.csv"),
      /found: 404 Not Found; "http:\/\/localhost:\d+\/app\/missing\.csv"$/,
    );
    const unreachable = await refused(
      t,
      "cannot be reached",
      "good.csv",
      "http://localhost:1/runs.csv",
    );
    assert.match(
      unreachable,
      /CORS.*download it and open it here; "http:\/\/localhost:1\/runs\.csv"$/,
    );
  });

  test("a download that never ends shows its size and can be cancelled", async (t) => {
    const silent = {
      "no answer": silence(),
      "a beginning": silence(`run,train_a,train_b,valid_loss\n${"r,0.5,0.5,1\n".repeat(100_000)}`),
    };
    for (const [name, route] of Object.entries(silent)) {
      const { page, errors } = await visit(t, runs("good.csv", "never.csv"), {
        "/app/good.csv": TABLE,
        "/app/never.csv": route,
      });
      const strip = page.locator("#fetching");
      await strip.getByText(/^Fetching never\.csv from localhost:\d+$/).waitFor();
      await strip.getByText(name === "no answer" ? "0.0 MB so far" : "1.2 MB so far").waitFor();
      await strip.getByRole("button", { name: "Cancel" }).click();
      await message(page)
        .getByText("the download was cancelled; reload the page to start it again")
        .waitFor();
      assert.ok(await strip.isHidden());
      for (let patience = 50; !route.isClosed; patience -= 1) {
        assert.ok(patience > 0, `${name}: the connection was kept`);
        await page.waitForTimeout(100);
      }
      // A file that the user opens now is not the one in the link, so it is previewed.
      await drop(page, "#canvas", runTable());
      await page.getByRole("heading", { name: "Import mixtures.csv, losses.csv" }).waitFor();
      assert.deepEqual(errors, []);
      await page.context().close();
    }
  });

  test("a file opened during a download is previewed; the download is imported too", async (t) => {
    const waiting = [];
    const { page } = await visit(t, runs("late.csv"), {
      "/app/late.csv": (_, response) => waiting.push(response),
    });
    await page.locator("#fetching").getByText("Fetching late.csv").waitFor();
    await drop(page, "#canvas", runTable());
    await page.getByRole("heading", { name: "Import mixtures.csv, losses.csv" }).waitFor();
    await page.locator("#plain-dialog").getByRole("button", { name: "Close" }).click();
    waiting[0].writeHead(200, { "content-type": "text/csv" }).end(TABLE);
    await page.locator("#plain-mixture").getByText("web", { exact: true }).waitFor();
  });

  test("a body over the limit stops being downloaded there", async (t) => {
    const floods = {
      "without a length": flood(600 * MB),
      "with a length that is too long": flood(600 * MB, {
        headers: { "content-length": String(1e12) },
      }),
      compressed: flood(600 * MB, { isPacked: true }),
    };
    for (const [name, route] of Object.entries(floods)) {
      const { page, errors } = await visit(t, runs("good.csv", "huge.csv"), {
        "/app/good.csv": TABLE,
        "/app/huge.csv": route,
      });
      await message(page)
        .getByText(/^expected files of at most 200 MB in a browser, found more; .*huge\.csv"$/)
        .waitFor();
      for (let patience = 50; !route.isClosed; patience -= 1) {
        assert.ok(patience > 0, `${name}: the connection was kept`);
        await page.waitForTimeout(100);
      }
      // The compressed body is so small that the buffers of the connection may hold all of it.
      assert.ok(
        name === "compressed" || route.sent < 300 * MB,
        `${name}: ${route.sent} bytes were sent`,
      );
      assert.deepEqual(errors, []);
      await page.context().close();
    }
    // Several files share the limit.
    const { page } = await visit(t, runs("first.csv", "second.csv"), {
      "/app/first.csv": flood(120 * MB),
      "/app/second.csv": flood(120 * MB),
    });
    await message(page).getByText("expected files of at most 200 MB").waitFor();
  });

  test("a body that breaks off or ends too early is reported as a lost connection", async (t) => {
    const broken = (_, response) => {
      response
        .writeHead(200, { "content-type": "text/csv", "content-length": String(10 * MB) })
        .write(TABLE.repeat(100));
      setTimeout(() => response.destroy(), 200);
    };
    const { page } = await visit(t, runs("broken.csv"), { "/app/broken.csv": broken });
    await message(page)
      .getByText(/found: the connection was lost after 0\.\d MB; try again; ".*broken\.csv"$/)
      .waitFor();
  });

  test("a link sends neither cookies nor a referrer", async (t) => {
    const seen = [];
    const { server, context } = await visit(t, "", {
      "/login": (_, response) =>
        response
          .writeHead(200, { "set-cookie": "session=1; Path=/", "content-type": "text/html" })
          .end("in"),
      "/app/table.csv": (request, response) => {
        seen.push(request.headers);
        response.writeHead(200, { "content-type": "text/csv" }).end(TABLE);
      },
    });
    const page = await context.newPage();
    await page.goto(new URL("/login", server.address).href);
    await page.goto(server.address + runs("table.csv"));
    await page.locator("#splash").waitFor({ state: "hidden" });
    await showTable(page);
    await page.locator("#plain-mixture").getByText("web", { exact: true }).waitFor();
    assert.equal(seen.length, 1);
    assert.equal(seen[0].cookie, undefined);
    assert.equal(seen[0].referer, undefined);
  });
});
