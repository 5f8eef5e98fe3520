// The browser app in a frame: what pages of other origins can read, and what they must not.

import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  browsing,
  DIST,
  drop,
  mixture,
  newContext,
  noBrowser,
  open,
  PATIENCE,
  setProportion,
  showTable,
} from "./page.mjs";
import { serve } from "./server.mjs";

/** A name that no other page may read. */
const SECRET = "topsecret";
const secretTable = () => {
  const rows = Array.from({ length: 12 }, (_, row) => {
    const [first, second] = [(row + 1) / 20, 0.3 - (row % 4) / 20];
    const third = (1 - first - second).toFixed(4);
    return `r${row},${first},${second.toFixed(2)},${third},${2 + first * first}`;
  });
  return `run,train_${SECRET},train_b,train_c,valid_${SECRET}\n${rows.join("\n")}\n`;
};

describe("the app in a frame", { skip: noBrowser, timeout: PATIENCE }, () => {
  const site = browsing(DIST);
  const empty = mkdtempSync(join(tmpdir(), "mixlens-"));

  /** The app on a server with a private table, and another server on another port of the host. */
  async function servers(t, { list } = {}) {
    const app = await serve(DIST, {}, "/app/", { "/app/private.csv": secretTable() });
    const other = await serve(empty, { "access-control-allow-origin": "*" }, "/", {
      "/open.csv": secretTable(),
    });
    t.after(() => Promise.all([app.close(), other.close()]));
    other.origin = new URL(other.address).origin;
    app.origin = new URL(app.address).origin;
    if (list !== undefined)
      app.routes["/app/embed.json"] =
        typeof list === "string" ? list : JSON.stringify({ origins: list(other.origin) });
    return { app, other };
  }

  /**
   * A page of a server with a frame, as HTML. It sends requests to all its frames, also nested
   * ones, and collects the messages it receives in `got`.
   */
  async function around(t, server, frame, { context } = {}) {
    server.routes["/around.html"] = `<!doctype html><body>${frame}<script>
      var got = [];
      addEventListener("message", ({ data }) => got.push(data));
      var children = (window) =>
        Array.from({ length: window.length }, (_, index) => window[index]);
      var below = (window) =>
        children(window).flatMap((child) => [child, ...below(child)]);
      var request = { mixlens: 1, id: "spy", get: "state" };
      setInterval(() => below(window).forEach((child) => child.postMessage(request, "*")), 200);
    </script>`;
    const used =
      context ?? (await newContext(site.browser, { viewport: { width: 1000, height: 700 } }));
    if (!context) t.after(() => used.close());
    const page = await used.newPage();
    await page.goto(new URL("/around.html", server.address).href);
    return page;
  }

  const framed = (address, more = "") =>
    `<iframe width="900" height="600" ${more} src="${address.replaceAll("&", "&amp;")}"></iframe>`;
  const embed = (app, origin, query = "") =>
    `${app.address}?embed=1&view=mixture,metrics&origin=${encodeURIComponent(origin)}${query}`;
  const runs = (address) => `&runs=${encodeURIComponent(address)}`;
  const got = (page) => page.evaluate(() => JSON.stringify(window.got));
  /** Waits until the app in the frame is running. */
  const running = (page) =>
    page.frameLocator("iframe").locator("#splash").waitFor({ state: "hidden" });
  const ask = (page, message) =>
    page.evaluate(
      (message) =>
        new Promise((resolve) => {
          addEventListener("message", ({ data }) => data.id === message.id && resolve(data));
          document
            .querySelector("iframe")
            .contentWindow.postMessage({ mixlens: 1, ...message }, "*");
          setTimeout(() => resolve("no answer"), 1500);
        }),
      message,
    );
  /** Requests the state until it is as expected. */
  async function waitForState(page, isExpected) {
    for (let patience = 60; ; patience -= 1) {
      const answer = await ask(page, { id: `state ${patience}`, get: "state" });
      if (isExpected(answer)) return answer;
      assert.ok(patience > 0, JSON.stringify(answer));
      await page.waitForTimeout(500);
    }
  }

  test("a page of another origin cannot read a private file, however it is spelled", async (t) => {
    const { app, other } = await servers(t, { list: (origin) => [origin] });
    const redirected = (path) => (_, response) =>
      response
        .writeHead(302, { location: `${app.address}${path}`, "access-control-allow-origin": "*" })
        .end();
    Object.assign(other.routes, {
      "/to-private.csv": redirected("private.csv"),
      "/to-public.csv": redirected("public.csv"),
    });
    app.routes["/app/public.csv"] = (_, response) =>
      response.writeHead(200, { "access-control-allow-origin": "*" }).end(secretTable());
    const { host, port } = new URL(app.address);
    const refused = [
      "private.csv",
      `//${host}/app/private.csv`,
      `HTTP://LOCALHOST:${port}/app/../app/private.csv`,
      `http:\\\\localhost:${port}\\app\\private.csv`,
      `http://user@${host}/app/private.csv`,
      `blob:${app.origin}/0b4ad1d3-7d2e-4f5e-9d54-2f3a7d1a0000`,
      `${other.address}to-public.csv`,
    ];
    // Other names of the host are other origins to a browser: requests are allowed, and CORS
    // prevents reading.
    const unreadable = [
      `http://127.0.0.1:${port}/app/private.csv`,
      `${other.address}to-private.csv`,
    ];
    for (const [index, address] of [...refused, ...unreadable].entries()) {
      const before = app.requests.length;
      const query =
        index % 2 === 0
          ? runs(address)
          : `${runs(`${other.address}open.csv`)}&metrics=${encodeURIComponent(address)}`;
      const page = await around(t, other, framed(embed(app, other.origin, query)));
      await running(page);
      await page
        .frameLocator("iframe")
        .locator("#notice")
        .filter({ hasText: "expected" })
        .waitFor();
      await waitForState(page, (answer) => answer.state?.mixture.python > 0);
      await page.waitForTimeout(1000);
      assert.ok(!(await got(page)).includes(SECRET), address);
      if (refused.includes(address))
        assert.ok(!app.requests.slice(before).includes("/app/private.csv"), address);
      await page.close();
    }
  });

  test("nested frames, the whole app, a sandbox and a popup cannot read it either", async (t) => {
    const { app, other } = await servers(t);
    const inner = embed(app, other.origin, runs("private.csv"));
    // A page of the server of the app that embeds the app as documented, inside a foreign frame.
    app.routes["/app/docs.html"] = framed(embed(app, app.origin, runs("private.csv")));
    other.routes["/middle.html"] = framed(inner);
    const frames = {
      "a frame in a frame": framed(`${other.address}middle.html`),
      "a page of the app server in between": framed(`${app.address}docs.html`),
      "the whole app": framed(
        `${app.address}?origin=${encodeURIComponent(other.origin)}${runs("private.csv")}`,
      ),
      "an origin that is every origin": framed(embed(app, "*", runs("private.csv"))),
      "no origin": framed(embed(app, "null", runs("private.csv"))),
      "the origin of the app": framed(embed(app, app.origin, runs("private.csv"))),
      "a sandbox": framed(inner, 'sandbox="allow-scripts"'),
      "a sandbox of the same origin": framed(inner, 'sandbox="allow-scripts allow-same-origin"'),
      "an object":
        '<object width="900" height="600" type="text/html" ' +
        `data="${inner.replaceAll("&", "&amp;")}"></object>`,
      "frames with the names of properties":
        `${framed(inner)}<iframe name="origin"></iframe>` + '<iframe name="location"></iframe>',
    };
    for (const [name, frame] of Object.entries(frames)) {
      const before = app.requests.length;
      const page = await around(t, other, frame);
      await page.waitForTimeout(name.includes("sandbox") ? 3000 : 6000);
      assert.ok(!(await got(page)).includes(SECRET), name);
      const requested = app.requests.slice(before);
      assert.ok(
        requested.some((path) => path.startsWith("/app/")),
        `${name}: the app was not even loaded`,
      );
      assert.ok(!requested.includes("/app/private.csv"), `${name}: the private table was fetched`);
      await page.close();
    }
    const page = await around(t, other, "");
    const [popup] = await Promise.all([
      page.waitForEvent("popup"),
      page.evaluate((address) => {
        window.opened = window.open(address);
      }, inner),
    ]);
    await popup.locator("#splash").waitFor({ state: "hidden" });
    await page.evaluate(() =>
      setInterval(
        () => window.opened.postMessage({ mixlens: 1, id: "spy", get: "state" }, "*"),
        100,
      ),
    );
    await page.waitForTimeout(3000);
    assert.equal(await got(page), "[]");
  });

  test("an unlisted page exchanges the demo only, and nothing once a file is open", async (t) => {
    const { app, other } = await servers(t);
    const page = await around(t, other, framed(embed(app, other.origin)));
    await running(page);
    const frame = page.frames()[1];
    await page
      .frameLocator("iframe")
      .locator("#notice")
      .getByText(/may exchange only the embedded demo; .* the host of this app .* embed\.json/)
      .waitFor();
    const { state } = await waitForState(page, (answer) => answer.state?.mixture.python > 0);
    assert.equal((await ask(page, { id: 7, set: { link: state.link } })).done, true);
    await drop(frame, "#canvas", [{ name: "mine.csv", text: secretTable() }]);
    const { problem } = await waitForState(page, (answer) => answer.problem !== undefined);
    assert.match(
      problem,
      /may exchange only the embedded demo; .* the host of this app .* embed\.json/,
    );
    assert.ok(problem.includes(other.origin), problem);
    assert.match(
      (await ask(page, { id: 8, set: { link: state.link } })).problem,
      /only the embedded demo/,
    );
    assert.ok(!(await got(page)).includes(SECRET));
    await page.frameLocator("iframe").getByRole("button", { name: "Close", exact: true }).click();
    assert.ok(await page.frameLocator("iframe").locator("#notice").isHidden());
  });

  test("an unlisted page shows a public table but cannot read it", async (t) => {
    const { app, other } = await servers(t);
    const page = await around(
      t,
      other,
      framed(embed(app, other.origin, runs(`${other.address}open.csv`))),
    );
    await running(page);
    const { problem } = await waitForState(page, (answer) => answer.problem !== undefined);
    assert.match(problem, /only the embedded demo/);
    await page
      .frameLocator("iframe")
      .locator("#toggle")
      .evaluate((toggle) => toggle.click());
    await page.frameLocator("iframe").locator("#plain-mixture").getByText(SECRET).first().waitFor();
    assert.ok(!(await got(page)).includes(SECRET));
  });

  test("a listed page exchanges everything, with a table that any page may read", async (t) => {
    // Another accepted spelling of the origin.
    const { app, other } = await servers(t, {
      list: (origin) => ["https://docs.example.org", `${origin.toUpperCase()}/`],
    });
    const page = await around(
      t,
      other,
      framed(embed(app, other.origin, runs(`${other.address}open.csv`))),
    );
    await running(page);
    const { state } = await waitForState(
      page,
      (answer) => answer.state?.mixture[SECRET] > 0 && answer.state.metrics.length > 0,
    );
    assert.equal(state.metrics[0].name, `valid_${SECRET}`);
    assert.equal((await ask(page, { id: 1, set: { link: state.link } })).done, true);
    assert.ok(await page.frameLocator("iframe").locator("#notice").isHidden());
    await page.close();
    // Files of the server of the app stay private, and the frame shows the reason.
    const refused = await around(t, other, framed(embed(app, other.origin, runs("private.csv"))));
    await running(refused);
    await refused
      .frameLocator("iframe")
      .locator("#notice")
      .getByText("fetches no files from the server that hosts it")
      .waitFor();
    assert.ok(
      !(await refused.frameLocator("iframe").locator("#notice").textContent()).includes(
        "embed.json",
      ),
    );
    assert.ok(!app.requests.includes("/app/private.csv"));
  });

  test("a list of other origins, or one that cannot be read, allows no page", async (t) => {
    const lists = {
      "another port": (origin) => [origin.replace(/\d+$/, (port) => String(Number(port) + 1))],
      "another scheme": (origin) => [origin.replace("http:", "https:")],
      "another spelling of the host": (origin) => [origin.replace("localhost", "localhost.")],
      "a wildcard": () => ["*"],
      "a wildcard for the port": () => ["http://localhost:*"],
      null: () => ["null"],
      "a path": (origin) => [`${origin}/around.html`],
      "no list": "<!doctype html>not found, but here is the app",
      "another shape": '["http://localhost"]',
      "an empty list": '{ "origins": [] }',
    };
    for (const [name, list] of Object.entries(lists)) {
      const { app, other } = await servers(t, { list });
      const page = await around(
        t,
        other,
        framed(embed(app, other.origin, runs(`${other.address}open.csv`))),
      );
      await running(page);
      const { problem } = await waitForState(page, (answer) => answer.problem !== undefined);
      assert.match(problem, /only the embedded demo/, name);
      assert.ok(!(await got(page)).includes(SECRET), name);
      await page.close();
    }
  });

  test("a page of the server of the app embeds it with tables of that server", async (t) => {
    const { app } = await servers(t);
    const page = await around(t, app, framed(embed(app, app.origin, runs("private.csv"))));
    await running(page);
    const { state } = await waitForState(
      page,
      (answer) => answer.state?.mixture[SECRET] > 0 && answer.state.metrics.length > 0,
    );
    assert.equal(state.metrics[0].name, `valid_${SECRET}`);
    assert.equal((await ask(page, { id: "set", set: { link: state.link } })).done, true);
    assert.ok(await page.frameLocator("iframe").locator("#notice").isHidden());
    assert.ok(!app.requests.includes("/app/embed.json"), "the origin of the app needs no list");
  });

  test("sibling frames get no answer, and malformed requests do no harm", async (t) => {
    const { app, other } = await servers(t, { list: (origin) => [origin] });
    other.routes["/sibling.html"] = `<script>
      const forward = (data) => data.get || top.postMessage({ sibling: data }, "*");
      addEventListener("message", ({ data }) => forward(data));
      const request = { mixlens: 1, id: "sibling", get: "state" };
      setInterval(() => parent.frames[0].postMessage(request, "*"), 100);
    </script>`;
    const page = await around(
      t,
      other,
      `${framed(embed(app, other.origin))}<iframe src="/sibling.html"></iframe>`,
    );
    await page.frameLocator("iframe").first().locator("#splash").waitFor({ state: "hidden" });
    await page.evaluate(() => {
      const { port1, port2 } = new MessageChannel();
      window.frames[0].postMessage({ mixlens: 1, id: port1, get: "state" }, "*", [port1]);
      window.frames[0].postMessage({ mixlens: 1, id: { of: port2 }, set: { link: "v=1" } }, "*", [
        port2,
      ]);
      for (const odd of [
        null,
        1,
        "text",
        [],
        { mixlens: 1 },
        { mixlens: 1, id: 1, set: null },
        { mixlens: 1, id: 1, set: { link: 1 } },
      ])
        window.frames[0].postMessage(odd, "*");
    });
    await page.waitForTimeout(2000);
    assert.ok((await ask(page, { id: "still there", get: "state" })).state);
    assert.ok(!(await got(page)).includes("sibling"), "a sibling of the app received it");
  });

  test("a frame neither offers nor replaces unsaved work", async (t) => {
    const { app, other } = await servers(t, { list: (origin) => [origin] });
    const context = await newContext(site.browser, { viewport: { width: 1000, height: 700 } });
    t.after(() => context.close());
    const first = await open(context, app.address);
    await showTable(first.page);
    await setProportion(first.page, "c", 33);
    const unsaved = await mixture(first.page);
    /** The studies kept for the origin of the app, read by a page of that origin. */
    const kept = async () => {
      const page = await context.newPage();
      app.routes["/app/kept.html"] = "<!doctype html>";
      await page.goto(`${app.address}kept.html`);
      const all = await page.evaluate(
        () =>
          new Promise((resolve, reject) => {
            const request = indexedDB.open("mixlens", 1);
            request.onerror = reject;
            request.onsuccess = () => {
              const all = request.result.transaction("kept").objectStore("kept").getAll();
              all.onsuccess = () => resolve(all.result);
            };
          }),
      );
      await page.close();
      return all;
    };
    for (let patience = 60; (await kept()).length === 0; patience -= 1) {
      assert.ok(patience > 0, "nothing was kept");
      await first.page.waitForTimeout(200);
    }
    await first.page.close();
    const before = await kept();
    for (const [server, address] of [
      [other, embed(app, other.origin)],
      [other, app.address],
      [app, embed(app, app.origin)],
    ]) {
      const page = await around(t, server, framed(address), { context });
      await running(page);
      const frame = page.frameLocator("iframe");
      await frame.locator("#toggle").evaluate((toggle) => toggle.click());
      await frame.locator("#plain-metrics tbody tr").first().waitFor();
      assert.equal(await frame.getByRole("button", { name: "Recover" }).count(), 0, address);
      await frame.getByLabel("python proportion").fill("60");
      await frame.getByLabel("python proportion").dispatchEvent("change");
      await page.waitForTimeout(4000);
      assert.doesNotMatch(
        await frame.locator("#message").textContent(),
        /crash/,
        "nothing has to be kept, so nothing can fail",
      );
      await page.close();
      assert.deepEqual(await kept(), before, address);
    }
    const again = await open(context, app.address);
    await showTable(again.page);
    await again.page.getByRole("button", { name: "Recover" }).click();
    await again.page.locator("#plain-mixture").getByText(unsaved.c).first().waitFor();
  });
});
