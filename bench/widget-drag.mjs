// Times <mix-lens> from a drag to the repaint: 20 domains, 20 metrics, a CPU slowed four times.
// usage: node bench/widget-drag.mjs [KIND…]     after `make widget`
// MIXLENS is the path of a built command; without it cargo builds one.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../web/tests/page.mjs";
import { serve } from "../web/tests/server.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const [DOMAINS, METRICS, RUNS, MOVES] = [20, 20, 120, 200];
const folder = mkdtempSync(join(tmpdir(), "mixlens-"));

let seed = 1;
const next = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const columns = [
  ...Array.from({ length: DOMAINS }, (_, domain) => `train_d${domain}`),
  ...Array.from({ length: METRICS }, (_, metric) => `metric/m${metric}`),
];
const lines = Array.from({ length: RUNS }, (_, run) => {
  const weights = Array.from({ length: DOMAINS }, () => -Math.log(next()));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const parts = weights.map((weight) => weight / sum);
  // Loss m = 3 − (x_m + 0.1 x_{m+1})^½ + noise.
  const losses = Array.from({ length: METRICS }, (_, m) => {
    const useful = parts[m] + 0.1 * parts[(m + 1) % DOMAINS];
    return 3 - useful ** 0.5 + 0.01 * next();
  });
  return [run, ...parts, ...losses].join();
});
writeFileSync(join(folder, "runs.csv"), `run_id,${columns.join()}\n${lines.join("\n")}\n`);

const browser = await launch();
const server = await serve(join(ROOT, "web"));
const kinds =
  process.argv.length > 2 ? process.argv.slice(2) : ["ridge", "effective-data", "trees"];
const CARGO = "cargo run --release --quiet --package mixlens-cli --bin mixlens --";
for (const kind of kinds) {
  const fit = join(folder, `${kind}.json`);
  const [command, ...first] = process.env.MIXLENS ? [process.env.MIXLENS] : CARGO.split(" ");
  const options = ["--surrogate", kind, "--intervals", "-o", fit];
  execFileSync(command, [...first, "fit", join(folder, "runs.csv"), ...options], {
    cwd: ROOT,
    stdio: "ignore",
  });
  // Rows out of view wait for the end of a drag, so a widget as high as its content has more work.
  for (const [view, height] of [
    ["sliders", "32rem"],
    ["sliders bars ternary traces", "32rem"],
    ["sliders", "auto"],
  ]) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    // The work of the element in a frame counts for the move that caused it.
    await page.addInitScript(() => {
      const request = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (frame) =>
        request((time) => {
          const start = performance.now();
          frame(time);
          window.drawing += performance.now() - start;
        });
      window.nextFrame = () => new Promise((resolve) => request(resolve));
    });
    await page.goto(`${server.address}demo/many.html`);
    const start = await page.evaluate(
      async ([text, view, height]) => {
        document.querySelectorAll("mix-lens").forEach((element) => element.remove());
        const element = document.createElement("mix-lens");
        Object.assign(element, { loading: "eager", view, data: text });
        element.style.setProperty("--mix-lens-height", height);
        const start = performance.now();
        document.querySelector("main").append(element);
        await new Promise((resolve) => element.addEventListener("ready", resolve, { once: true }));
        return performance.now() - start;
      },
      [readFileSync(fit, "utf8"), view, height],
    );
    const client = await page.context().newCDPSession(page);
    await client.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    const times = await page.evaluate(async (moves) => {
      const root = document.querySelector("mix-lens").shadowRoot;
      const input = root.querySelector("input[type=range]");
      const times = [];
      for (let move = 0; move < moves; move += 1) {
        await window.nextFrame();
        input.value = String(5 + (move % 60));
        window.drawing = 0;
        const start = performance.now();
        input.dispatchEvent(new Event("input", { bubbles: true }));
        const computed = performance.now() - start;
        // The frame of the element was requested first and is done; its changes are laid out here.
        await window.nextFrame();
        const begun = performance.now();
        void root.host.offsetHeight;
        root.querySelector("table").getBoundingClientRect();
        times.push(computed + window.drawing + performance.now() - begun);
      }
      return times.sort((a, b) => a - b);
    }, MOVES);
    const at = (share) =>
      times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(1);
    const megabytes = (readFileSync(fit).length / 1e6).toFixed(2);
    console.log(
      `${kind.padEnd(16)} ${view.padEnd(28)} ${height.padEnd(6)} file ${megabytes} MB, ` +
        `ready ${start.toFixed(0)} ms, drag p50 ${at(0.5)} p95 ${at(0.95)} ms`,
    );
    await page.close();
  }
}
await browser.close();
await server.close();
