// The numbers of the browser app against native ones: both run the same jobs for every kind of
// surrogate.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { built, DIST } from "./page.mjs";

const PARITY = built("examples/parity");

/**
 * Maximum difference relative to the largest number of the list; trees and drawn mixtures must have
 * the same bits.
 */
const TOLERANCE = 1e-9;

/** The module of the jobs as it is shipped, as a worker of the page has it. */
async function app() {
  const { initSync, work } = await import("../pkg/jobs.js");
  const name = readdirSync(DIST).find((name) => /^jobs-.*\.wasm$/.test(name));
  initSync({ module: new WebAssembly.Module(readFileSync(join(DIST, name))) });
  globalThis.postMessage = () => undefined;
  return work;
}

/**
 * Calls `check` with each pair of numbers and the largest number of their list. Fails where
 * anything else differs.
 */
function compare(ours, theirs, path, check) {
  if (typeof ours === "number" && typeof theirs === "number")
    return check(ours, theirs, Math.abs(theirs), path);
  if (typeof ours !== "object" || typeof theirs !== "object" || !ours || !theirs)
    return assert.equal(ours, theirs, path);
  assert.deepEqual(Object.keys(ours), Object.keys(theirs), path);
  const largest = Math.max(
    ...Object.values(theirs)
      .filter((value) => typeof value === "number")
      .map(Math.abs),
  );
  for (const [key, value] of Object.entries(ours)) {
    const checkScaled = (a, b, scale, path) =>
      check(a, b, Array.isArray(ours) ? Math.max(scale, largest) : scale, path);
    compare(value, theirs[key], `${path}.${key}`, typeof value === "number" ? checkScaled : check);
  }
}

test("fits, predictions, searches and simulations equal native ones", async (t) => {
  if (!existsSync(PARITY)) return t.skip(`no ${PARITY}, which make test-web builds`);
  const work = await app();
  const native = spawn(PARITY, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => native.on("close", resolve));
  /** The fits of the browser app, by surrogate. */
  const sets = new Map();
  const worst = new Map();
  let jobs = 0;
  for await (const line of createInterface({ input: native.stdout })) {
    const { surrogate, title, request, names, contents, result } = JSON.parse(line);
    const sent = JSON.parse(request);
    // Predictions use the fit of the browser. Searches use the same fit on both sides, because a
    // descent over a flat region amplifies a difference in the last bit.
    for (const task of [sent.task.LocalProfile, sent.task.SampledMixtures])
      if (task) task.problem.set = sets.get(surrogate);
    const { outcome } = JSON.parse(
      await work(
        JSON.stringify(sent),
        names,
        contents.map((text) => new TextEncoder().encode(text)),
      ),
    );
    const expected = JSON.parse(result).outcome;
    const isExact = surrogate === "trees";
    // Coefficients of ill-conditioned fits may differ; their predictions, compared next, do not.
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
