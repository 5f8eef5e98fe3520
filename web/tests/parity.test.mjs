// The numbers of the browser app beside those of this machine: both do the same jobs over every kind of surrogate.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { built, DIST } from "./page.mjs";

const PARITY = built("examples/parity");

/** How far results may be apart, relative to the largest number beside them; trees and drawn mixtures have the same bits. */
const TOLERANCE = 1e-9;

/** The module of the jobs as it is shipped, as a worker of the page has it. */
async function app() {
  const { initSync, work } = await import("../pkg/jobs.js");
  const name = readdirSync(DIST).find((name) => /^jobs-.*\.wasm$/.test(name));
  initSync({ module: new WebAssembly.Module(readFileSync(join(DIST, name))) });
  globalThis.postMessage = () => undefined;
  return work;
}

/** Calls `told` with each pair of numbers and the largest number of their list, fails where anything else differs. */
function compare(ours, theirs, path, told) {
  if (typeof ours === "number" && typeof theirs === "number")
    return told(ours, theirs, Math.abs(theirs), path);
  if (typeof ours !== "object" || typeof theirs !== "object" || !ours || !theirs)
    return assert.equal(ours, theirs, path);
  assert.deepEqual(Object.keys(ours), Object.keys(theirs), path);
  const largest = Math.max(
    ...Object.values(theirs)
      .filter((value) => typeof value === "number")
      .map(Math.abs),
  );
  for (const [key, value] of Object.entries(ours)) {
    const own = (a, b, scale, path) =>
      told(a, b, Array.isArray(ours) ? Math.max(scale, largest) : scale, path);
    compare(value, theirs[key], `${path}.${key}`, typeof value === "number" ? own : told);
  }
}

test("fits, predictions, searches and simulations are those of this machine", async (t) => {
  if (!existsSync(PARITY)) return t.skip(`no ${PARITY}, which make test-web builds`);
  const work = await app();
  const native = spawn(PARITY, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => native.on("close", resolve));
  /** What the browser app fitted, by surrogate. */
  const sets = new Map();
  const worst = new Map();
  let jobs = 0;
  for await (const line of createInterface({ input: native.stdout })) {
    const { surrogate, title, request, names, contents, result } = JSON.parse(line);
    const asked = JSON.parse(request);
    // Predictions go on from the browser's own fit. Searches get the same fit on both sides: the steps of a descent on flat
    // ground grow with a difference in the last bit.
    for (const task of [asked.task.LocalProfile, asked.task.SampledMixtures])
      if (task) task.problem.set = sets.get(surrogate);
    const { outcome } = JSON.parse(
      await work(
        JSON.stringify(asked),
        names,
        contents.map((text) => new TextEncoder().encode(text)),
      ),
    );
    const expected = JSON.parse(result).outcome;
    const isExact = surrogate === "trees";
    // Coefficients of ill-conditioned fits may differ where predictions do not; those follow.
    const isFit = outcome.Ok?.Fit !== undefined;
    if (isFit) sets.set(surrogate, outcome.Ok.Fit.set);
    const [ours, theirs] =
      isFit && !isExact
        ? [outcome.Ok.Fit.own_errors, expected.Ok.Fit.own_errors]
        : [outcome, expected];
    compare(ours, theirs, `${surrogate}, ${title}`, (a, b, scale, path) => {
      if (isExact || path.includes(".Cloud.parts.")) return assert.equal(a, b, path);
      const apart = a === b ? 0 : Math.abs(a - b) / scale;
      if (apart > (worst.get(surrogate)?.apart ?? 0)) worst.set(surrogate, { apart, path });
      assert.ok(apart <= TOLERANCE, `${path}: ${a} in the browser, ${b} here`);
    });
    jobs += 1;
  }
  assert.equal(await ended, 0);
  assert.ok(sets.size >= 10 && jobs > 5 * sets.size, `${sets.size} surrogates, ${jobs} jobs`);
  for (const [surrogate, { apart, path }] of worst)
    t.diagnostic(`${surrogate}: at most ${apart.toExponential(1)} apart, ${path}`);
});
