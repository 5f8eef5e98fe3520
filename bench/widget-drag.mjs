// How long <mix-lens> takes from a drag to the repaint: 20 domains, 20 metrics, the processor slowed four times.
// usage: node bench/widget-drag.mjs [KIND…]     after `make widget`; MIXLENS names a built command, otherwise cargo builds one

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
const columns = [...Array.from({ length: DOMAINS }, (_, d) => `train_d${d}`), ...Array.from({ length: METRICS }, (_, m) => `metric/m${m}`)];
const lines = Array.from({ length: RUNS }, (_, run) => {
  const weights = Array.from({ length: DOMAINS }, () => -Math.log(next()));
  const sum = weights.reduce((all, own) => all + own, 0);
  const parts = weights.map((own) => own / sum);
  return [run, ...parts, ...Array.from({ length: METRICS }, (_, m) => 3 - (parts[m] + 0.1 * parts[(m + 1) % DOMAINS]) ** 0.5 + 0.01 * next())].join();
});
writeFileSync(join(folder, "runs.csv"), `run_id,${columns.join()}\n${lines.join("\n")}\n`);

const browser = await launch();
const server = await serve(join(ROOT, "web"));
for (const kind of process.argv.length > 2 ? process.argv.slice(2) : ["ridge", "effective-data", "trees"]) {
  const fit = join(folder, `${kind}.json`);
  const [command, ...first] = process.env.MIXLENS ? [process.env.MIXLENS] : ["cargo", "run", "--release", "--quiet", "--package", "mixlens-cli", "--bin", "mixlens", "--"];
  execFileSync(command, [...first, "fit", join(folder, "runs.csv"), "--surrogate", kind, "--intervals", "-o", fit], { cwd: ROOT, stdio: "ignore" });
  // Rows that are scrolled away wait for the end of a drag, so a widget as high as its content has more to do.
  for (const [view, height] of [["sliders", "32rem"], ["sliders bars ternary traces", "32rem"], ["sliders", "auto"]]) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    // What the element does in a frame is counted with the move that asked for it.
    await page.addInitScript(() => {
      const request = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (frame) => request((time) => {
        const start = performance.now();
        frame(time);
        window.drawing += performance.now() - start;
      });
      window.nextFrame = () => new Promise((resolve) => request(resolve));
    });
    await page.goto(`${server.address}demo/many.html`);
    const start = await page.evaluate(async ([text, view, height]) => {
      document.querySelectorAll("mix-lens").forEach((own) => own.remove());
      const own = document.createElement("mix-lens");
      Object.assign(own, { loading: "eager", view, data: text });
      own.style.setProperty("--mix-lens-height", height);
      const start = performance.now();
      document.querySelector("main").append(own);
      await new Promise((resolve) => own.addEventListener("ready", resolve, { once: true }));
      return performance.now() - start;
    }, [readFileSync(fit, "utf8"), view, height]);
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
        // The element's frame was asked for first, so it is done; what it changed is laid out here.
        await window.nextFrame();
        const begun = performance.now();
        void root.host.offsetHeight;
        root.querySelector("table").getBoundingClientRect();
        times.push(computed + window.drawing + performance.now() - begun);
      }
      return times.sort((a, b) => a - b);
    }, MOVES);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(1);
    console.log(`${kind.padEnd(16)} ${view.padEnd(28)} ${height.padEnd(6)} file ${(readFileSync(fit).length / 1e6).toFixed(2)} MB, ready ${start.toFixed(0)} ms, drag p50 ${at(0.5)} p95 ${at(0.95)} ms`);
    await page.close();
  }
}
await browser.close();
await server.close();
