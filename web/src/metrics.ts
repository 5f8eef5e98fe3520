// The metrics: prediction, interval, and the change from the baseline.

import { html, set, setText, svg } from "./dom.js";
import type { Numbers } from "./numbers.js";
import type { MetricShown, Snapshot } from "./types.js";

const WORDS = { better: "better", worse: "worse", tied: "no clear change" };
const MARKS = { better: "▲", worse: "▼", tied: "•" };

interface Row {
  element: HTMLElement;
  value: HTMLElement;
  difference: HTMLElement;
  verdict: HTMLElement;
  mark: HTMLElement;
  words: HTMLElement;
  bar: SVGPolygonElement;
  range: SVGPolygonElement;
}

export class Metrics {
  readonly element: HTMLElement;
  readonly #rows: Row[] = [];
  readonly #baseline = html("th", { scope: "col", class: "number" });

  constructor(names: string[]) {
    const body = html("tbody");
    for (const name of names) {
      // Changing values are in a box inside their cell, so that the table keeps its layout.
      const [value, difference] = [html("span", { class: "box" }), html("span", { class: "box" })];
      const mark = html("span", { "aria-hidden": "true" });
      const words = html("span", { class: "words" });
      const verdict = html("span", { class: "box" }, mark, " ", words);
      const [bar, range] = [svg("polygon", { class: "value" }), svg("polygon", { class: "range" })];
      const chart = svg("svg", {
        viewBox: "0 0 100 12",
        preserveAspectRatio: "none",
        "aria-hidden": "true",
        class: "bar",
      });
      chart.append(bar, range, svg("line", { x1: 50, x2: 50, y1: 0, y2: 12, class: "axis" }));
      const cells = [
        html("th", { scope: "row", title: name }, name),
        html("td", { part: "value", class: "number" }, value),
        html("td", { part: "difference", class: "number" }, difference),
        html("td", { class: "chart" }, chart),
        html("td", { part: "verdict", class: "verdict" }, verdict),
      ];
      const element = html("tr", {}, ...cells);
      body.append(element);
      this.#rows.push({ element, value, difference, verdict, mark, words, bar, range });
    }
    const headers = [
      html("th", { scope: "col" }, "Metric"),
      html("th", { scope: "col", class: "number" }, "Predicted"),
      this.#baseline,
    ];
    const head = html(
      "thead",
      {},
      html(
        "tr",
        {},
        ...headers,
        html("td", { class: "chart" }),
        html("th", { scope: "col", class: "verdict" }, html("span", { class: "words" }, "Verdict")),
      ),
    );
    this.element = html(
      "table",
      { part: "metrics" },
      html("caption", {}, "Predicted metrics"),
      head,
      body,
    );
  }

  get rows(): HTMLElement[] {
    return this.#rows.map(({ element }) => element);
  }

  /** Updates all rows except those out of view. */
  show(
    metrics: MetricShown[],
    snapshot: Snapshot,
    numbers: Numbers,
    isAway: (row: Element) => boolean,
  ): void {
    setText(this.#baseline, `Against ${snapshot.baselineName}`);
    const ends = metrics.flatMap(({ difference, differenceInterval }) => [
      difference,
      ...(differenceInterval ?? []),
    ]);
    const widest = Math.max(1e-12, ...ends.map(Math.abs));
    const x = (value: number): number => 50 + (48 * value) / widest;
    metrics.forEach((metric, index) => {
      const row = this.#rows[index];
      if (!row || isAway(row.element)) return;
      const error = metric.interval
        ? ` ± ${numbers.number((metric.interval[1] - metric.interval[0]) / 2, metric.decimals)}`
        : "";
      setText(row.value, numbers.number(metric.value, metric.decimals) + error);
      const interval = metric.differenceInterval;
      const differenceError =
        interval && interval[1] > interval[0]
          ? ` ± ${numbers.number((interval[1] - interval[0]) / 2, metric.differenceDecimals)}`
          : "";
      setText(
        row.difference,
        numbers.difference(metric.difference, metric.differenceDecimals) + differenceError,
      );
      setText(row.mark, MARKS[metric.says]);
      setText(row.words, WORDS[metric.says]);
      set(row.verdict, { "data-says": metric.says });
      set(row.bar, { points: box(50, x(metric.difference), 2, 10), "data-says": metric.says });
      set(row.range, { points: interval ? box(x(interval[0]), x(interval[1]), 5, 7) : "" });
    });
  }
}

/** A box as polygon points, which set no style, unlike the position of a rectangle. */
function box(from: number, to: number, top: number, bottom: number): string {
  const [left, right] = [from.toFixed(2), to.toFixed(2)];
  return `${left},${top} ${right},${top} ${right},${bottom} ${left},${bottom}`;
}
