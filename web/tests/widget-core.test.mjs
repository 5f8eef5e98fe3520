// The calculator against the command line, on the same surrogate file, for every kind of surrogate.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { built } from "./page.mjs";

const WEB = dirname(dirname(fileURLToPath(import.meta.url)));
const MIXLENS = built("mixlens");
const noCommand = existsSync(MIXLENS) ? undefined : `no ${MIXLENS}, which make test-web builds`;
const RUNS = join(WEB, "demo/runs.csv");
const KINDS = [
  "ridge",
  "trees",
  "effective-data",
  "exponential",
  "power",
  "scheffe",
  "log-quadratic",
  "gp",
  "stack",
  "ensemble",
];

function mixlens(...args) {
  return execFileSync(MIXLENS, args, {
    cwd: dirname(WEB),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

describe("the calculator", { skip: noCommand, timeout: 900_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "mixlens-"));
  const mixtures = Array.from({ length: 40 }, (_, row) => {
    const parts = [7, 11, 13, 17, 19].map((prime) => ((row * prime) % 23) + 0.5);
    const sum = parts.reduce((all, part) => all + part, 0);
    return row === 0 ? [0.2, 0.2, 0.2, 0.2, 0.2] : parts.map((part) => part / sum);
  });
  const file = join(folder, "mixtures.csv");
  const lines = mixtures.map((mixture, row) => [`m${row}`, ...mixture].join());
  writeFileSync(file, `index,web,code,wiki,books,papers\n${lines.join("\n")}\n`);

  for (const kind of [...KINDS, "auto"]) {
    test(`predictions of ${kind} are those of the command line`, async () => {
      const { open } = await import("../dist/inline.js");
      const fit = join(folder, `${kind}.json`);
      mixlens(
        "fit",
        RUNS,
        "--surrogate",
        kind,
        ...(kind === "auto" ? [] : ["--intervals"]),
        "-o",
        fit,
      );
      const { rows } = JSON.parse(mixlens("predict", fit, "--mixtures", file, "--json"));
      const opened = await open(readFileSync(fit, "utf8"));
      const { domains, metrics } = opened.use((calculator) => calculator.info());
      assert.equal(rows.length, mixtures.length);
      let compared = 0;
      mixtures.forEach((mixture, row) => {
        const snapshot = opened.use((calculator) => {
          calculator.setWeights(
            Object.fromEntries(domains.map((name, domain) => [name, mixture[domain]])),
          );
          return calculator.snapshot();
        });
        const plain = opened.use((calculator) => calculator.predict(Float64Array.from(mixture)));
        metrics.forEach(({ name }, metric) => {
          const expected = rows[row].metrics[name];
          const found = snapshot.metrics[metric];
          const pairs = [
            [found.value, expected.value],
            [plain[metric], expected.value],
          ];
          if (found.interval)
            pairs.push(
              [found.interval[0], expected.interval[0]],
              [found.interval[1], expected.interval[1]],
            );
          else assert.equal(expected.interval ?? null, null);
          for (const [here, there] of pairs) {
            assert.ok(
              Math.abs(here - there) <= 1e-9,
              `${kind}, ${name}, mixture ${row}: ${here} and ${there}`,
            );
            compared += 1;
          }
        });
        assert.equal(snapshot.support, rows[row].support);
      });
      assert.ok(compared >= 40 * 3 * 2);
      opened.close();
    });
  }

  test("a run table is fitted to the same file as by the command", async () => {
    const { open } = await import("../dist/inline.js");
    const done = [];
    const opened = await open([{ name: "runs.csv", text: readFileSync(RUNS, "utf8") }], (part) =>
      done.push(part),
    );
    const fit = join(folder, "runs.json");
    mixlens("fit", RUNS, "--surrogate", "effective-data", "--intervals", "-o", fit);
    assert.deepEqual(done, [1 / 3, 2 / 3, 1]);
    const [fitted, expected] = [JSON.parse(opened.text), JSON.parse(readFileSync(fit, "utf8"))];
    assert.deepEqual(fitted, expected);
    assert.match(opened.notices.join(" "), /higher is better for \d+ metrics?, judging by name/);
    opened.close();
  });

  test("an unreadable file is an error, and the calculator keeps working", async () => {
    const { open } = await import("../dist/inline.js");
    for (const [text, why] of [
      ["", /./],
      ["{", /./],
      ['{"format":"mixlens-surrogates","version":1}', /not a readable surrogate file/],
      ["run_id,train_a,metric/loss\n1,x,2\n", /expected a number, found "x"/],
      ["\0\u{10ffff}".repeat(1000), /./],
    ]) {
      await assert.rejects(
        open(text),
        (problem) => why.test(problem.message) && problem.constructor.name !== "Trapped",
        text.slice(0, 40),
      );
    }
    const opened = await open(readFileSync(join(WEB, "demo/demo.json"), "utf8"));
    for (const bad of [
      () => opened.use((calculator) => calculator.predict(Float64Array.of(1))),
      () => opened.use((calculator) => calculator.traces(9, 5)),
      () => opened.use((calculator) => calculator.ternary(Uint32Array.of(0, 0, 1), 0, 5)),
      () => opened.use((calculator) => calculator.drag(99, 0.5)),
      () => opened.use((calculator) => calculator.drag(0, NaN)),
      () => opened.use((calculator) => calculator.finishSearch()),
    ]) {
      assert.throws(
        bad,
        (problem) => problem instanceof Error && problem.constructor.name === "Error",
      );
    }
    assert.equal(opened.use((calculator) => calculator.info()).runs, 48);
  });
});
