// The element <mix-lens> in a page: the contract of docs/widget.md.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { browsing, newContext, noBrowser } from "./page.mjs";

const WEB = dirname(dirname(fileURLToPath(import.meta.url)));
/** Asserts the structure of `expected`, with numbers within 1e-9 of it. */
function close(found, expected, path) {
  if (typeof expected === "number") {
    const error = Math.abs(found - expected);
    assert.ok(error <= 1e-9 * (1 + Math.abs(expected)), `${path}: ${found}, not ${expected}`);
  } else if (expected !== null && typeof expected === "object") {
    for (const key of Object.keys(expected)) close(found[key], expected[key], `${path}.${key}`);
  } else assert.equal(found ?? null, expected, path);
}

/** Time limit of a test, in milliseconds, so that a hanging page fails alone. */
const LIMIT = 60_000;
const AXE = readFileSync(join(WEB, "node_modules/axe-core/axe.min.js"), "utf8");

describe("the element", { skip: noBrowser, timeout: 600_000 }, () => {
  const site = browsing(WEB);

  /** A page with the events of its elements in `window.events`, and errors in `errors`. */
  async function open(t, path, { init, ...options } = {}) {
    const context = await newContext(site.browser, {
      viewport: { width: 1000, height: 900 },
      ...options,
    });
    t.after(() => context.close());
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on(
      "console",
      (message) =>
        message.type() === "error" &&
        !message.location().url.endsWith("favicon.ico") &&
        errors.push(message.text()),
    );
    await page.addInitScript(() => {
      window.events = [];
      for (const type of ["ready", "input", "change", "progress", "error"]) {
        document.addEventListener(
          type,
          (event) =>
            event instanceof CustomEvent &&
            window.events.push({ type, id: event.target.id, detail: event.detail }),
        );
      }
    });
    if (init) await page.addInitScript(init);
    await page.goto(site.server.address + path);
    return { page, errors };
  }

  /** A page with `markup` only. */
  async function fresh(t, markup, options) {
    const opened = await open(t, "demo/many.html?loading=lazy", options);
    await opened.page.evaluate((markup) => {
      document.querySelectorAll("mix-lens").forEach((element) => element.remove());
      window.events.length = 0;
      // Tests may use innerHTML; the element must not.
      document.querySelector("main").innerHTML = markup;
    }, markup);
    return opened;
  }

  const ready = (page, selector = "mix-lens") =>
    page.locator(`${selector}[data-ready]`).first().waitFor({ timeout: 30_000 });
  const events = (page, type) =>
    page.evaluate((type) => window.events.filter((event) => event.type === type), type);
  const weights = (page, selector = "mix-lens") =>
    page.evaluate((selector) => document.querySelector(selector).weights, selector);
  const plain = (more = "") => `<mix-lens src="demo.json" ${more}></mix-lens>`;
  const sum = (weights) => Object.values(weights).reduce((all, part) => all + part, 0);

  test(
    "attributes set what is shown, and events carry it as plain data",
    { timeout: LIMIT },
    async (t) => {
      const { page, errors } = await open(t, "demo/plain.html");
      await ready(page);
      const [{ detail }] = await events(page, "ready");
      assert.deepEqual(detail.weights, { web: 0.5, code: 0.2, wiki: 0.1, books: 0.1, papers: 0.1 });
      assert.deepEqual(detail.locked, ["wiki"]);
      assert.equal(detail.baseline.web, 0.2);
      assert.equal(detail.version, 1);
      assert.deepEqual(
        detail.predictions.map(({ name }) => name),
        ["web_loss", "code_loss", "reading_acc"],
      );
      assert.ok(
        detail.predictions.every(
          ({ value, interval }) => interval[0] < value && value < interval[1],
        ),
      );
      const wiki = page.getByRole("slider", { name: "wiki" });
      assert.equal(
        await wiki.getAttribute("aria-valuetext"),
        "wiki 10.0 %, locked, 5.00 epochs, over the cap",
      );
      await page.getByRole("slider", { name: "code" }).fill("40");
      const after = await weights(page);
      assert.ok(
        Math.abs(after.code - 0.4) < 1e-12 &&
          after.wiki === 0.1 &&
          Math.abs(sum(after) - 1) < 1e-12,
        JSON.stringify(after),
      );
      assert.ok(Math.abs(after.web / after.books - 5) < 1e-9, "the others keep their ratios");
      const [input] = await events(page, "input");
      assert.deepEqual(input.detail.weights, after);
      await page.getByRole("slider", { name: "code" }).dispatchEvent("change");
      assert.deepEqual((await events(page, "change")).at(-1).detail.weights, after);
      await page.getByRole("button", { name: "Lock code" }).click();
      assert.deepEqual(await page.evaluate(() => document.querySelector("mix-lens").locked), [
        "code",
        "wiki",
      ]);
      assert.deepEqual(errors, []);
      // Under the strictest policy, with nothing moved on the surrounding page.
      assert.match(
        await page.locator("[role=status]").innerText(),
        /^Inside the training runs\. Against uniform: \d better/,
      );
    },
  );

  test(
    "nothing on the page moves when the tool replaces the fallback",
    { timeout: LIMIT },
    async (t) => {
      const { page } = await open(t, "demo/plain.html", {
        init: () => {
          window.shifts = 0;
          new PerformanceObserver((list) =>
            list.getEntries().forEach(({ value }) => {
              window.shifts += value;
            }),
          ).observe({ type: "layout-shift", buffered: true });
        },
      });
      const after = page.getByText("Text after the widget");
      const before = await after.boundingBox();
      await ready(page);
      await page.waitForTimeout(300);
      assert.deepEqual(await after.boundingBox(), before);
      assert.equal(await page.evaluate(() => window.shifts), 0);
    },
  );

  test(
    "values can be set as properties, also before the element is defined",
    { timeout: LIMIT },
    async (t) => {
      const { page, errors } = await fresh(t, "");
      const read = await page.evaluate(async () => {
        const element = document.createElement("mix-lens");
        element.data = await (await fetch("demo.json")).text();
        element.weights = { web: 3, code: 1 };
        element.locked = ["web"];
        element.metrics = ["code_loss"];
        element.view = "bars";
        element.maxEpochs = 2;
        element.trainingTokens = 1e12;
        element.uniqueTokens = { code: 2e11 };
        document.querySelector("main").append(element);
        await new Promise((resolve) => element.addEventListener("ready", resolve, { once: true }));
        const { snapshot } = element;
        snapshot.domains[0].proportion = 9;
        return {
          weights: element.weights,
          locked: element.locked,
          cap: element.snapshot.domains[1].cap,
          bars: element.shadowRoot.querySelectorAll("[part~=bars] .row").length,
          rows: element.shadowRoot.querySelectorAll("tbody tr").length,
          sliders: element.shadowRoot.querySelectorAll("input[type=range]").length,
          again: element.snapshot.domains[0].proportion,
          attribute: element.getAttribute("view"),
        };
      });
      assert.deepEqual(read, {
        weights: { web: 0.75, code: 0.25, wiki: 0, books: 0, papers: 0 },
        locked: ["web"],
        cap: 0.4,
        bars: 5,
        rows: 1,
        sliders: 0,
        again: 0.75,
        attribute: "bars",
      });
      const upgraded = await page.evaluate(async () => {
        const { MixLensElement } = await import("../dist/element.js");
        const early = document.createElement("later-lens");
        early.weights = { code: 1 };
        early.setAttribute("src", "demo.json");
        document.querySelector("main").append(early);
        const done = new Promise((resolve) =>
          early.addEventListener("ready", resolve, { once: true }),
        );
        customElements.define("later-lens", class extends MixLensElement {});
        await done;
        return early.weights;
      });
      assert.equal(upgraded.code, 1);
      assert.deepEqual(errors, []);
    },
  );

  test(
    "attributes and states of release 0.1.0 mean what they meant",
    { timeout: LIMIT },
    async (t) => {
      const released = join(dirname(WEB), "tests/data/released/0.1.0");
      const read = (name) => readFileSync(join(released, name), "utf8");
      const { attributes, state, snapshot } = JSON.parse(read("element.json"));
      const { page, errors } = await fresh(t, "<mix-lens></mix-lens>");
      const shown = await page.evaluate(
        async ({ attributes, fit, state }) => {
          document.querySelector("mix-lens").remove();
          const element = document.createElement("mix-lens");
          const src = URL.createObjectURL(new Blob([fit], { type: "application/json" }));
          for (const [name, value] of Object.entries({ ...attributes, src }))
            element.setAttribute(name, value);
          const ready = new Promise((done) => element.addEventListener("ready", done));
          document.querySelector("main").append(element);
          await ready;
          const restored = element.restore(state);
          return { restored, state: element.save(), snapshot: element.snapshot };
        },
        { attributes, fit: read(attributes.src), state },
      );
      assert.equal(shown.restored, true);
      assert.deepEqual(shown.state, state);
      close(shown.snapshot, snapshot, "snapshot");
      assert.deepEqual(errors, []);
    },
  );

  test(
    "save, restore and reset; states of version 1 stay readable, newer ones are rejected",
    { timeout: LIMIT },
    async (t) => {
      const { page } = await fresh(t, plain());
      await ready(page);
      const act = (script) => page.evaluate(script);
      // As written by the first release. This text must never change.
      const first = {
        version: 1,
        weights: { web: 0.25, code: 0.75, wiki: 0, books: 0, papers: 0 },
        locked: ["code"],
        baseline: {
          name: "uniform",
          weights: { web: 0.2, code: 0.2, wiki: 0.2, books: 0.2, papers: 0.2 },
        },
      };
      assert.equal(
        await page.evaluate((state) => document.querySelector("mix-lens").restore(state), first),
        true,
      );
      assert.deepEqual(await act(() => document.querySelector("mix-lens").save()), first);
      // The minimum that version 1 allows.
      assert.equal(
        await act(() =>
          document.querySelector("mix-lens").restore({ version: 1, weights: { wiki: 2 } }),
        ),
        true,
      );
      assert.equal((await weights(page)).wiki, 1);
      const before = await act(() => document.querySelector("mix-lens").save());
      for (const bad of [
        { version: 2, weights: { web: 1 } },
        { version: 1, weights: { nothing: 1 } },
        { version: 1, weights: { web: -1 } },
        { version: 1, weights: { web: 1 }, locked: ["nothing"] },
        "text",
        null,
        7,
        { version: "1", weights: [] },
      ]) {
        assert.equal(
          await page.evaluate((state) => document.querySelector("mix-lens").restore(state), bad),
          false,
          JSON.stringify(bad),
        );
        assert.deepEqual(await act(() => document.querySelector("mix-lens").save()), before);
      }
      const errors = await events(page, "error");
      assert.equal(errors.length, 8);
      assert.match(
        errors[0].detail.message,
        /the state is version 2, this program reads versions up to 1; update mix-lens/,
      );
      await act(() => document.querySelector("mix-lens").reset());
      assert.notEqual((await weights(page)).wiki, 1);
    },
  );

  test(
    "a proposal keeps locks and caps, and reports its progress",
    { timeout: LIMIT },
    async (t) => {
      const { page } = await fresh(
        t,
        plain(
          'locked="books" objective="code_loss" unique-tokens="code:100B" training-tokens="1T"',
        ),
      );
      await ready(page);
      const before = await weights(page);
      await page.getByRole("button", { name: "Propose a mixture" }).click();
      await page.waitForFunction(() => window.events.some(({ type }) => type === "change"));
      const after = await weights(page);
      assert.ok(
        Math.abs(after.code - 0.4) < 1e-3,
        `code helps its loss up to its cap of 4 epochs: ${after.code}`,
      );
      assert.equal(after.books, before.books);
      assert.ok(Math.abs(sum(after) - 1) < 1e-12);
      const progress = await events(page, "progress");
      assert.ok(
        progress.length > 0 &&
          progress.at(-1).detail.done === 1 &&
          progress[0].detail.what === "searching",
      );
      const again = await page.evaluate(() =>
        document.querySelector("mix-lens").propose({ samples: 2000, seed: 5 }),
      );
      assert.deepEqual(Object.keys(again).sort(), ["gap", "isExact", "samples", "weights"]);
    },
  );

  test("exports sum to one, as text, SVG and PNG", { timeout: LIMIT }, async (t) => {
    const { page } = await fresh(t, plain());
    await ready(page);
    const yaml = await page.evaluate(() => document.querySelector("mix-lens").exportText("yaml"));
    assert.equal(
      yaml
        .split("\n")
        .filter((line) => /^\w+: /.test(line))
        .reduce((all, line) => all + Math.round(1e6 * Number(line.split(": ")[1])), 0),
      1_000_000,
    );
    for (const format of ["json", "csv", "markdown"])
      assert.match(
        await page.evaluate(
          (format) => document.querySelector("mix-lens").exportText(format),
          format,
        ),
        /code/,
      );
    assert.equal(
      await page.evaluate(() => document.querySelector("mix-lens").exportText("pdf")),
      undefined,
    );
    assert.match(
      (await events(page, "error"))[0].detail.message,
      /expected yaml, json, csv or markdown, found "pdf"/,
    );
    assert.match(
      await page.evaluate(() => document.querySelector("mix-lens").toSvg()),
      /^<svg .*web_loss.*<\/svg>$/s,
    );
    assert.deepEqual(
      await page.evaluate(async () => {
        const png = await document.querySelector("mix-lens").toPng(1);
        return [png.type, png.size > 1000];
      }),
      ["image/png", true],
    );
  });

  test(
    "without src a table in the page is the data, and a run table of two files is fitted",
    { timeout: LIMIT },
    async (t) => {
      const { page, errors } = await open(t, "demo/views.html");
      await page.locator("#table").scrollIntoViewIfNeeded();
      await ready(page, "#table");
      const [loss] = await page.evaluate(() => document.querySelector("#table").predictions);
      assert.equal(loss.name, "loss");
      assert.ok(Math.abs(loss.value - 2.79) < 0.1, `${loss.value}`);
      const lines = readFileSync(join(WEB, "demo/runs.csv"), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(","));
      const part = (from, to) =>
        lines.map((cells) => [cells[0], ...cells.slice(from, to)].join()).join("\n");
      await page.route("**/mixtures.csv", (route) => route.fulfill({ body: part(1, 6) }));
      await page.route("**/losses.csv", (route) => route.fulfill({ body: part(6, 9) }));
      const two = await page.evaluate(async () => {
        const element = document.createElement("mix-lens");
        element.src = "mixtures.csv";
        element.metricsSrc = "losses.csv";
        element.loading = "eager";
        document.querySelector("main").append(element);
        await new Promise((resolve) => element.addEventListener("ready", resolve, { once: true }));
        return element.predictions.map(({ value }) => value);
      });
      // demo.json is the fit of the command to the same runs.
      const first = await page.evaluate(() =>
        document.querySelector("#first").predictions.map(({ value }) => value),
      );
      two.forEach((value, metric) =>
        assert.ok(Math.abs(value - first[metric]) < 1e-9, `${value} and ${first[metric]}`),
      );
      assert.ok((await events(page, "progress")).some(({ detail }) => detail.what === "fitting"));
      assert.deepEqual(errors, []);
    },
  );

  test("two widgets are linked by their events", { timeout: LIMIT }, async (t) => {
    const { page, errors } = await open(t, "demo/views.html");
    await ready(page, "#first");
    await page.locator("#second").scrollIntoViewIfNeeded();
    await ready(page, "#second");
    await page.locator("#first").getByRole("slider", { name: "code" }).fill("70");
    await page.waitForFunction(
      () => Math.abs(document.querySelector("#second").weights.code - 0.7) < 1e-12,
    );
    assert.deepEqual(await weights(page, "#second"), await weights(page, "#first"));
    assert.deepEqual(errors, []);
  });

  test(
    "parts out of view are updated after a drag, or when scrolled into view",
    { timeout: LIMIT },
    async (t) => {
      const { page, errors } = await fresh(t, plain());
      await page.evaluate(() =>
        document.querySelector("mix-lens").style.setProperty("--mix-lens-height", "3rem"),
      );
      await ready(page);
      const shown = () =>
        page.evaluate(async () => {
          for (let frame = 0; frame < 5; frame += 1)
            await new Promise((resolve) => requestAnimationFrame(resolve));
          const { shadowRoot } = document.querySelector("mix-lens");
          return [
            shadowRoot.querySelector("output").textContent,
            shadowRoot.querySelector("[part=value]").textContent,
          ];
        });
      const drag = (to, ...types) =>
        page.evaluate(
          ([to, types]) => {
            const input = document
              .querySelector("mix-lens")
              .shadowRoot.querySelector("input[type=range]");
            input.value = to;
            for (const type of types) input.dispatchEvent(new Event(type, { bubbles: true }));
          },
          [to, types],
        );
      const [slider, metric] = await shown();
      await drag(70, "input");
      const [moved, waiting] = await shown();
      assert.ok(
        moved !== slider && waiting === metric,
        `${slider} to ${moved}, ${metric} to ${waiting}`,
      );
      await drag(80, "input", "change");
      const [, done] = await shown();
      assert.notEqual(done, metric);
      await drag(30, "input");
      await page.evaluate(() => document.querySelector("mix-lens").scrollTo(0, 170));
      await page.waitForFunction(
        (old) =>
          document.querySelector("mix-lens").shadowRoot.querySelector("[part=value]")
            .textContent !== old,
        done,
      );
      assert.deepEqual(errors, []);
    },
  );

  test(
    "a bad src shows the reason and the fallback, and the page keeps working",
    { timeout: LIMIT },
    async (t) => {
      const { page } = await fresh(
        t,
        `<mix-lens id="missing" loading="eager" src="missing.json">
        <table><tr><td>the fallback</td></tr></table></mix-lens>
      <mix-lens id="text" loading="eager" src="page.css"></mix-lens>
      <mix-lens id="newer"></mix-lens>
      <mix-lens id="nothing" loading="eager"></mix-lens>`,
      );
      await page.evaluate(() => {
        Object.assign(document.querySelector("#newer"), { loading: "eager" }).data =
          '{"format":"mixlens-surrogates","version":99}';
      });
      await page.waitForFunction(() =>
        ["missing", "text", "newer", "nothing"].every((id) =>
          window.events.some((event) => event.type === "error" && event.id === id),
        ),
      );
      const message = (id) => page.locator(`#${id} [part=message]`).innerText();
      assert.match(await message("missing"), /found: 404/);
      assert.ok(await page.getByText("the fallback").isVisible());
      assert.match(await message("newer"), /version 99, this program reads versions up to 2/);
      assert.match(await message("nothing"), /expected something to show, found nothing/);
      await page.evaluate(() => {
        document.querySelector("#missing").src = "demo.json";
      });
      await ready(page, "#missing");
    },
  );

  test(
    "values of wrong types fall back and are reported, and nothing breaks",
    { timeout: LIMIT },
    async (t) => {
      const { page, errors } = await fresh(
        t,
        plain(
          'weights="web:many" baseline="moon" locked="nobody" objective="web_loss:-1" ' +
            'unique-tokens="web:lots" max-epochs="0" training-tokens="1T" metrics="nothing" ' +
            'view="pie" theme="pink" lang="??"',
        ),
      );
      await ready(page);
      const at = new Set((await events(page, "error")).map(({ detail }) => detail.attribute));
      for (const name of [
        "weights",
        "baseline",
        "locked",
        "objective",
        "unique-tokens",
        "max-epochs",
        "metrics",
        "view",
      ])
        assert.ok(at.has(name), name);
      await page.evaluate(() => {
        const element = document.querySelector("mix-lens");
        const cyclic = {};
        cyclic.web = cyclic;
        for (const value of [
          7,
          true,
          [],
          {},
          { web: "x" },
          { web: NaN },
          Symbol.iterator,
          () => 1,
          null,
          Object.assign([], { self: 1 }),
          cyclic,
          10n,
        ]) {
          for (const name of [
            "weights",
            "locked",
            "baseline",
            "objective",
            "uniqueTokens",
            "trainingTokens",
            "maxEpochs",
            "state",
            "metrics",
          ]) {
            try {
              element[name] = value;
            } catch (problem) {
              throw new Error(`${name} = ${String(value)}: ${problem}`);
            }
          }
        }
      });
      assert.equal(await page.locator("mix-lens [part=message]").isVisible(), false);
      assert.ok(Math.abs(sum(await weights(page)) - 1) < 1e-12);
      assert.deepEqual(errors, []);
    },
  );

  test("hostile names are text everywhere", { timeout: LIMIT }, async (t) => {
    const { page, errors } = await fresh(t, "");
    const name = "<img src=x onerror=window.hacked=1>";
    const csv = readFileSync(join(WEB, "demo/runs.csv"), "utf8")
      .replace("train_web", `"train_${name}"`)
      .replace("metric/web_loss", `"metric/${name}"`);
    await page.evaluate((csv) => {
      const element = document.createElement("mix-lens");
      element.data = csv;
      element.view = "sliders bars ternary traces";
      document.querySelector("main").append(element);
    }, csv);
    await ready(page);
    await page.locator("summary").click();
    assert.ok(await page.getByRole("slider", { name }).isVisible());
    const svg = await page.evaluate(() => document.querySelector("mix-lens").toSvg());
    assert.ok(!svg.includes("<img"));
    assert.equal(
      await page.evaluate(
        () => document.querySelector("mix-lens").shadowRoot.querySelectorAll("img").length,
      ),
      0,
    );
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.deepEqual(errors, []);
  });

  test(
    "after a trap one element reports it, and the others continue with a new instance",
    { timeout: LIMIT },
    async (t) => {
      const { page } = await fresh(
        t,
        `<mix-lens id="a" src="demo.json" loading="eager"></mix-lens>
        <mix-lens id="b" src="demo.json" loading="eager"></mix-lens>`,
        {
          // The original calculator, with a trap on demand.
          init: () => {
            const Instance = WebAssembly.Instance;
            window.instances = 0;
            WebAssembly.Instance = function (module, imports) {
              window.instances += 1;
              const { exports } = new Instance(module, imports);
              const patched = Object.fromEntries(Object.entries(exports));
              const drag = patched.calculator_drag;
              patched.calculator_drag = (...given) => {
                if (window.trap) {
                  window.trap = false;
                  throw new WebAssembly.RuntimeError("unreachable");
                }
                return drag(...given);
              };
              return { exports: patched };
            };
          },
        },
      );
      await ready(page, "#a");
      await ready(page, "#b");
      await page.locator("#b").getByRole("slider", { name: "code" }).fill("60");
      await page.locator("#b").getByRole("slider", { name: "code" }).dispatchEvent("change");
      assert.equal(await page.evaluate(() => window.instances), 1);
      await page.evaluate(() => {
        window.trap = true;
      });
      await page.locator("#a").getByRole("slider", { name: "code" }).fill("30");
      assert.match(
        await page.locator("#a [part=message]").innerText(),
        /the calculator stopped \(unreachable\)/,
      );
      await page.locator("#b").getByRole("slider", { name: "web" }).fill("20");
      await page.waitForFunction(
        () => Math.abs(document.querySelector("#b").weights.web - 0.2) < 1e-12,
      );
      const after = await weights(page, "#b");
      assert.ok(after.code > 0.4, `the mixture is kept: ${JSON.stringify(after)}`);
      assert.equal(await page.evaluate(() => window.instances), 2);
    },
  );

  test("the attribute hash keeps the state in the address", { timeout: LIMIT }, async (t) => {
    const { page } = await fresh(t, plain('hash="mine"'));
    await ready(page);
    await page.getByRole("slider", { name: "code" }).fill("50");
    await page.getByRole("slider", { name: "code" }).dispatchEvent("change");
    const hash = await page.evaluate(() => location.hash);
    assert.match(hash, /^#mine=/);
    await page.evaluate(() => document.querySelector("mix-lens").reset());
    await page.evaluate((hash) => {
      location.hash = hash;
    }, hash);
    await page.waitForFunction(
      () => Math.abs(document.querySelector("mix-lens").weights.code - 0.5) < 1e-12,
    );
  });

  test(
    "elements load when they come near, share one instance, and a hundred of them fit on a page",
    { timeout: LIMIT },
    async (t) => {
      const lazy = await open(t, "demo/many.html");
      await ready(lazy.page);
      await lazy.page.waitForTimeout(500);
      const loaded = await lazy.page.locator("mix-lens[data-ready]").count();
      assert.ok(loaded < 10, `${loaded} of 100 loaded without being near`);
      const start = performance.now();
      const { page, errors } = await open(t, "demo/many.html?loading=eager", {
        init: () => {
          const Instance = WebAssembly.Instance;
          window.memories = [];
          WebAssembly.Instance = function (module, imports) {
            const instance = new Instance(module, imports);
            window.memories.push(instance.exports.memory);
            return instance;
          };
        },
      });
      await page.waitForFunction(
        () => document.querySelectorAll("mix-lens[data-ready]").length === 100,
        undefined,
        { timeout: 60_000 },
      );
      const client = await page.context().newCDPSession(page);
      await client.send("HeapProfiler.collectGarbage");
      const { usedSize } = await client.send("Runtime.getHeapUsage");
      const bytes = await page.evaluate(() =>
        window.memories.map((memory) => memory.buffer.byteLength),
      );
      t.diagnostic(
        `a hundred widgets: ready after ${Math.round(performance.now() - start)} ms, ` +
          `JavaScript heap ${(usedSize / 2 ** 20).toFixed(1)} MiB, ` +
          `memory of the calculator ${(bytes[0] / 2 ** 20).toFixed(1)} MiB`,
      );
      assert.equal(bytes.length, 1, "one instance for all");
      assert.deepEqual(errors, []);
    },
  );

  test("mounting and unmounting 500 times leaks no memory", { timeout: LIMIT }, async (t) => {
    const { page, errors } = await fresh(t, "");
    const client = await page.context().newCDPSession(page);
    const mount = (times) =>
      page.evaluate(async (times) => {
        window.text ??= await (await fetch("demo.json")).text();
        for (let time = 0; time < times; time += 1) {
          const element = document.createElement("mix-lens");
          element.setAttribute("loading", "eager");
          element.setAttribute("view", ["sliders", "bars", "ternary", "traces"][time % 4]);
          element.data = window.text;
          const done = new Promise((resolve) =>
            element.addEventListener("ready", resolve, { once: true }),
          );
          document.querySelector("main").append(element);
          await done;
          element.remove();
          // Moved again, which connects and disconnects before loading ends.
          document.querySelector("main").append(element);
          element.remove();
        }
        window.events.length = 0;
      }, times);
    const used = async () => {
      for (let time = 0; time < 3; time += 1) await client.send("HeapProfiler.collectGarbage");
      return (await client.send("Runtime.getHeapUsage")).usedSize;
    };
    await mount(50);
    const before = await used();
    await mount(500);
    const growth = (await used()) - before;
    t.diagnostic(`after 500 more mounts the heap has grown by ${(growth / 1024).toFixed(0)} KiB`);
    assert.ok(growth < 2 ** 20, `${growth} bytes`);
    assert.deepEqual(errors, []);
  });

  test(
    "axe finds no violation on any demo page, light and dark, narrow and right to left",
    { timeout: LIMIT },
    async (t) => {
      for (const path of ["demo/plain.html", "demo/views.html", "demo/iframe.html"]) {
        for (const options of [
          {},
          { colorScheme: "dark", viewport: { width: 320, height: 700 } },
        ]) {
          const { page } = await open(t, path, { ...options, bypassCSP: true });
          if (path !== "demo/iframe.html") {
            for (const element of await page.locator("mix-lens").all())
              await element.scrollIntoViewIfNeeded();
            await page.waitForFunction(() =>
              [...document.querySelectorAll("mix-lens")].every((element) =>
                element.hasAttribute("data-ready"),
              ),
            );
          }
          if (options.colorScheme)
            await page.evaluate(() => {
              document.documentElement.dir = "rtl";
            });
          await page.evaluate(AXE);
          const { violations } = await page.evaluate(() => window.axe.run(document));
          assert.deepEqual(
            violations.map(
              ({ id, nodes }) =>
                `${id}: ${nodes
                  .map((node) => node.html)
                  .join(" ")
                  .slice(0, 300)}`,
            ),
            [],
            path,
          );
          // Nothing is wider than a small screen.
          assert.ok(
            await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
            path,
          );
          const wide = await page.evaluate(
            () =>
              [...document.querySelectorAll("mix-lens")].filter(
                (element) => element.scrollWidth > element.clientWidth + 1,
              ).length,
          );
          assert.equal(
            wide,
            0,
            `${path}: a widget scrolls sideways at ${options.viewport?.width ?? 1000} pixels`,
          );
        }
      }
    },
  );

  test("the whole task is done with the keyboard alone", { timeout: LIMIT }, async (t) => {
    const { page } = await fresh(t, plain('view="sliders ternary"'));
    await ready(page);
    const focused = () =>
      page.evaluate(() => {
        const active = document.querySelector("mix-lens").shadowRoot.activeElement;
        return (
          active &&
          (active.getAttribute("aria-label") ??
            active.labels?.[0]?.textContent ??
            active.textContent)
        );
      });
    const tabTo = async (name) => {
      for (let step = 0; step < 40; step += 1) {
        await page.keyboard.press("Tab");
        if ((await focused())?.startsWith(name)) return;
      }
      assert.fail(`Tab never reached ${name}`);
    };
    const code = async () => (await weights(page)).code;
    await tabTo("code");
    const before = await code();
    await page.keyboard.press("ArrowRight");
    assert.ok(Math.abs((await code()) - before - 0.01) < 0.001, "an arrow moves by a point");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("PageUp");
    assert.ok(
      Math.abs((await code()) - before - 0.111) < 0.002,
      "Shift and an arrow by a tenth, Page Up by ten",
    );
    await page.keyboard.press("Home");
    assert.equal(await code(), 0);
    await page.keyboard.press("End");
    assert.equal(await code(), 1);
    await page.keyboard.press("PageDown");
    await page.keyboard.press("PageDown");
    await tabTo("Lock code");
    await page.keyboard.press("Space");
    await page.locator('mix-lens input[aria-valuetext="code 80.0 %, locked"]').waitFor();
    await tabTo("Propose a mixture");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() =>
      window.events.some(({ type, detail }) => type === "progress" && detail.done === 1),
    );
    await page.waitForFunction(
      () =>
        !document.querySelector("mix-lens").shadowRoot.querySelector("[part~=propose]").disabled,
    );
    assert.ok(Math.abs((await code()) - 0.8) < 1e-12, "a locked domain stays");
    await tabTo("Export");
    await page.keyboard.press("Enter");
    await tabTo("Mixture as text");
    await page.waitForFunction(() =>
      document
        .querySelector("mix-lens")
        .shadowRoot.querySelector("textarea")
        .value.includes("code: 0.800000"),
    );
  });

  test("arrows follow the direction of the page", { timeout: LIMIT }, async (t) => {
    const { page } = await fresh(t, plain('dir="rtl" weights="web:0.5,code:0.5"'));
    await ready(page);
    await page.getByRole("slider", { name: "code" }).focus();
    await page.keyboard.press("ArrowLeft");
    assert.ok((await weights(page)).code > 0.505);
  });

  test(
    "the manifest names all attributes, methods, parts and properties",
    { timeout: LIMIT },
    async (t) => {
      const { page } = await fresh(t, plain());
      await ready(page);
      const manifest = JSON.parse(readFileSync(join(WEB, "custom-elements.json"), "utf8"));
      const [declared] = manifest.modules[0].declarations;
      const found = await page.evaluate(async () => {
        const { MixLensElement } = await import("../dist/element.js");
        const { observedAttributes, prototype } = MixLensElement;
        const parts = [
          ...document.querySelector("mix-lens").shadowRoot.querySelectorAll("[part]"),
        ].flatMap((element) => [...element.part]);
        return {
          attributes: observedAttributes,
          methods: Object.getOwnPropertyNames(prototype).filter(
            (name) => typeof Object.getOwnPropertyDescriptor(prototype, name).value === "function",
          ),
          parts,
        };
      });
      assert.deepEqual(
        declared.attributes.map(({ name }) => name).sort(),
        [...found.attributes].sort(),
      );
      for (const { name, kind } of declared.members)
        if (kind === "method") assert.ok(found.methods.includes(name), name);
      const known = new Set(declared.cssParts.map(({ name }) => name));
      for (const part of found.parts) assert.ok(known.has(part), part);
      const style = readFileSync(join(WEB, "src/style.css"), "utf8");
      assert.deepEqual(
        declared.cssProperties.map(({ name }) => name).sort(),
        [...new Set(style.match(/--mix-lens-[a-z]+/g))].sort(),
      );
    },
  );
});
