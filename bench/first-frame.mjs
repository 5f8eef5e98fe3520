// The measurements of bench/first-frame.
// usage: node bench/first-frame.mjs FOLDER-OF-THE-EMPTY-APP ROUNDS

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DIST, launch, open, showTable } from "../web/tests/page.mjs";
import { serve } from "../web/tests/server.mjs";

const [folder, rounds] = process.argv.slice(2);

// A minimal page that sets the same performance mark as the browser app.
writeFileSync(
  join(folder, "index.html"),
  `<!doctype html><canvas id="canvas" style="width: 100vw; height: 95vh"></canvas>
  <script type="module" src="page.js"></script>`,
);
writeFileSync(
  join(folder, "page.js"),
  `import init, { start } from "./empty.js";
  await init({ module_or_path: fetch("./empty_bg.wasm") });
  await start(document.getElementById("canvas"));
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("interactive")));`,
);

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const browser = await launch();
const servers = { "the browser app": await serve(DIST), "an empty app": await serve(folder) };
const times = { "the browser app": [], "an empty app": [] };

/** Milliseconds from the request for the page to the first frame, without caches. */
async function start(server) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(server.address);
  const time = await page.waitForFunction(
    () => performance.getEntriesByName("interactive")[0]?.startTime,
  );
  const found = await time.jsonValue();
  await context.close();
  return found;
}

for (let round = 0; round < Number(rounds); round += 1) {
  for (const [name, server] of Object.entries(servers)) times[name].push(await start(server));
}
for (const [name, all] of Object.entries(times)) {
  const list = all.map(Math.round).join(", ");
  console.log(
    `${name.padEnd(16)} first interactive frame after ${median(all).toFixed(0)} ms (${list})`,
  );
}
const ratio = median(times["the browser app"]) / median(times["an empty app"]);
console.log(`ratio            ${ratio.toFixed(2)}`);

/** Frames per second, and working times of frames, while the first slider is dragged. */
async function drag(page) {
  await page.evaluate(() => {
    window.frameTimes = [];
  });
  const end = performance.now() + 1000;
  await page.mouse.move(150, 220);
  await page.mouse.down();
  for (let step = 0; performance.now() < end; step += 1)
    await page.mouse.move(150 + 80 * Math.abs(Math.sin(step / 20)), 220);
  await page.mouse.up();
  const times = await page.evaluate(() => window.frameTimes);
  const [middle, longest] = [median(times), Math.max(...times)].map((time) => time.toFixed(1));
  return `${times.length} frames per second, ${middle} ms of work per frame, maximum ${longest}`;
}

const context = await browser.newContext({ viewport: { width: 1824, height: 800 } });
const { page } = await open(context, servers["the browser app"].address);
await showTable(page);
const job = page.locator("#plain-jobs p", { hasText: "Comparing surrogates" });
await job.waitFor();
console.log(`a drag during a job      ${await drag(page)}`);
await job.getByRole("button", { name: "Cancel" }).click();
await page.waitForTimeout(500);
console.log(`a drag without a job     ${await drag(page)}`);
await browser.close();
await Promise.all(Object.values(servers).map((server) => server.close()));
