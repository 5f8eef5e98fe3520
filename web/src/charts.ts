// The drawings: bars of the mixture, a ternary map, and traces.

import { html, setText, set, svg } from "./dom.js";
import type { Numbers } from "./numbers.js";
import type { Calculator, Info, Snapshot } from "./types.js";

/** The calculator and settings of a drawing. */
export interface ChartContext {
  info: Info;
  use<Result>(act: (calculator: Calculator) => Result): Result;
  numbers: Numbers;
  /** Draws again after another domain or metric was chosen. */
  changed(): void;
}

export interface Chart {
  readonly element: HTMLElement;
  show(snapshot: Snapshot): void;
}

function choice(
  label: string,
  names: string[],
  selected: number,
  change: () => void,
): { element: HTMLLabelElement; select: HTMLSelectElement } {
  const select = html(
    "select",
    { part: "choice" },
    ...names.map((name, index) => html("option", { value: index }, name)),
  );
  select.value = String(selected);
  select.addEventListener("input", (event) => event.stopPropagation());
  select.addEventListener("change", (event) => {
    event.stopPropagation();
    change();
  });
  return { element: html("label", { class: "choice" }, html("span", {}, label), select), select };
}

/** The mixture as bars, with a tick at the baseline. */
export class Bars implements Chart {
  readonly element = html("div", { part: "chart bars", class: "bars", role: "img" });
  readonly #rows: { output: HTMLElement; bar: SVGRectElement; tick: SVGLineElement }[] = [];

  constructor(readonly context: ChartContext) {
    for (const name of context.info.domains) {
      const bar = svg("rect", { x: 0, y: 1, height: 10, class: "value" });
      const tick = svg("line", { y1: 0, y2: 12, class: "tick" });
      const output = html("span", { class: "box number" });
      const chart = svg("svg", { viewBox: "0 0 100 12", preserveAspectRatio: "none" }, bar, tick);
      this.element.append(
        html(
          "div",
          { class: "row" },
          html("span", { class: "name", title: name }, name),
          chart,
          output,
        ),
      );
      this.#rows.push({ output, bar, tick });
    }
  }

  show({ domains, baselineName }: Snapshot): void {
    const { numbers } = this.context;
    const max = Math.max(...domains.flatMap(({ proportion, baseline }) => [proportion, baseline]));
    domains.forEach(({ proportion, baseline }, index) => {
      const row = this.#rows[index];
      if (!row) return;
      setText(row.output, numbers.percent(proportion));
      set(row.bar, { width: ((100 * proportion) / max).toFixed(2) });
      const x = (Math.min(0.995, baseline / max) * 100).toFixed(2);
      set(row.tick, { x1: x, x2: x });
    });
    const list = domains.map(
      ({ name, proportion, baseline }) =>
        `${name} ${numbers.percent(proportion)}, ${baselineName} ${numbers.percent(baseline)}`,
    );
    set(this.element, { "aria-label": `Mixture and ${baselineName}: ${list.join("; ")}` });
  }
}

const STEPS = 14;
const HEIGHT = 86.6;

/** One metric over three domains that the reader chooses, with a description in words. */
export class TernaryMap implements Chart {
  readonly element = html("div", { part: "chart ternary", class: "ternary" });
  readonly #cells: { cell: SVGPolygonElement; corners: [number, number, number] }[] = [];
  readonly #here = svg("circle", { r: 2.4, class: "here" });
  readonly #baseline = svg("path", { class: "there" });
  readonly #labels = [0, 1, 2].map(() => svg("text", {}));
  readonly #svg: SVGSVGElement;
  readonly #caption = html("p", { class: "caption" });
  readonly #selects: HTMLSelectElement[] = [];

  constructor(readonly context: ChartContext) {
    const { domains, metrics } = context.info;
    const choices = [0, 1, 2].map((corner) =>
      choice(["Top", "Left", "Right"][corner] ?? "", domains, corner, () => this.#chosen(corner)),
    );
    const metric = choice(
      "Metric",
      metrics.map(({ name }) => name),
      0,
      context.changed,
    );
    this.#selects = [...choices, metric].map(({ select }) => select);
    const map = svg("g", {});
    // The index of grid point (first, second) in the order of the calculator: row `first` begins
    // after Σᵢ₌₀^(first−1) (STEPS + 1 − i) points.
    const at = (first: number, second: number): number =>
      first * (STEPS + 1) - (first * (first - 1)) / 2 + second;
    for (let first = 0; first < STEPS; first += 1) {
      for (let second = 0; second < STEPS - first; second += 1) {
        this.#cell(map, at(first, second), at(first + 1, second), at(first, second + 1), [
          [first, second],
          [first + 1, second],
          [first, second + 1],
        ]);
        if (first + second < STEPS - 1) {
          this.#cell(map, at(first + 1, second), at(first, second + 1), at(first + 1, second + 1), [
            [first + 1, second],
            [first, second + 1],
            [first + 1, second + 1],
          ]);
        }
      }
    }
    set(this.#labels[0] as Element, { x: 50, y: 6, "text-anchor": "middle" });
    set(this.#labels[1] as Element, { x: 0, y: 106, "text-anchor": "start" });
    set(this.#labels[2] as Element, { x: 100, y: 106, "text-anchor": "end" });
    const edge = svg("polygon", {
      points: `50,10 0,${10 + HEIGHT} 100,${10 + HEIGHT}`,
      class: "edge",
    });
    this.#svg = svg(
      "svg",
      { viewBox: "-4 0 108 110", role: "img" },
      map,
      edge,
      this.#baseline,
      this.#here,
      ...this.#labels,
    );
    this.element.append(
      html("div", { class: "choices" }, ...choices.map(({ element }) => element), metric.element),
      this.#svg,
      this.#caption,
    );
  }

  #cell(map: SVGElement, a: number, b: number, c: number, corners: [number, number][]): void {
    const points = corners.map(([first, second]) =>
      pointOf([first / STEPS, second / STEPS, (STEPS - first - second) / STEPS])
        .map((coordinate) => coordinate.toFixed(2))
        .join(),
    );
    const cell = svg("polygon", { points: points.join(" "), class: "cell" });
    map.append(cell);
    this.#cells.push({ cell, corners: [a, b, c] });
  }

  /** Keeps the three domains different: a corner with the same domain takes an unused one. */
  #chosen(corner: number): void {
    const values = this.#selects.slice(0, 3).map((select) => select.value);
    const twin = values.findIndex((value, other) => other !== corner && value === values[corner]);
    const free = this.context.info.domains.findIndex(
      (_, domain) => !values.includes(String(domain)),
    );
    const select = this.#selects[twin];
    if (select)
      select.value = String(
        free >= 0 ? free : ([0, 1, 2].find((domain) => !values.includes(String(domain))) ?? 0),
      );
    this.context.changed();
  }

  show(snapshot: Snapshot): void {
    const [a = 0, b = 1, c = 2, metric = 0] = this.#selects.map((select) => Number(select.value));
    const map = this.context.use((calculator) =>
      calculator.ternary(Uint32Array.of(a, b, c), metric, STEPS),
    );
    const [low, high] = map.range;
    for (const { cell, corners } of this.#cells) {
      const mean = corners.reduce((sum, corner) => sum + (map.values[corner] ?? 0), 0) / 3;
      // A strong colour means a low value. Steps of 1/40 keep the shade of a cell between frames.
      const shade = Math.round(40 * (high > low ? (high - mean) / (high - low) : 0.5)) / 40;
      set(cell, { "fill-opacity": (0.06 + 0.84 * shade).toFixed(3) });
    }
    const [x, y] = pointOf(map.here);
    set(this.#here, { cx: x.toFixed(2), cy: y.toFixed(2) });
    if (map.baseline) {
      const [u, v] = pointOf(map.baseline);
      set(this.#baseline, {
        d: `M${(u - 2).toFixed(2)} ${v.toFixed(2)}h4M${u.toFixed(2)} ${(v - 2).toFixed(2)}v4`,
      });
    }
    set(this.#baseline, { visibility: map.baseline ? "visible" : "hidden" });
    const { numbers, info } = this.context;
    const names = [a, b, c].map((domain) => info.domains[domain] ?? "");
    names.forEach((name, corner) =>
      setText(this.#labels[corner] as Element, name.length > 18 ? `${name.slice(0, 17)}…` : name),
    );
    const decimals = snapshot.metrics[metric]?.decimals ?? 3;
    const name = info.metrics[metric]?.name ?? "";
    const [from, to] = [low, high].map((end) => numbers.number(end, decimals));
    setText(
      this.#caption,
      `${name} from ${from} (strong colour) to ${to} (faint). ` +
        `The three domains have ${numbers.percent(map.total)} together. ` +
        `Dot: current mixture. Cross: ${snapshot.baselineName}.`,
    );
    const shares = map.here.map((share, corner) => `${names[corner]} ${numbers.percent(share)}`);
    set(this.#svg, {
      "aria-label":
        `${name} over ${names.join(", ")}. ` +
        `The mixture divides the three domains into ${shares.join(", ")}`,
    });
  }
}

/** The point of three shares in the triangle: the first on top, the second on the left. */
function pointOf([first, second, third]: [number, number, number]): [number, number] {
  return [50 * first + 0 * second + 100 * third, 10 + HEIGHT * (1 - first)];
}

const POINTS = 21;

/** One metric along each domain: its proportion from 0 to 1, the others in fixed ratios. */
export class TraceLines implements Chart {
  readonly element = html("div", { part: "chart traces", class: "traces" });
  readonly #select: HTMLSelectElement;
  readonly #plots: {
    line: SVGPathElement;
    here: SVGCircleElement;
    plot: SVGSVGElement;
    output: HTMLElement;
  }[] = [];
  readonly #caption = html("p", { class: "caption" });

  constructor(readonly context: ChartContext) {
    const metric = choice(
      "Metric",
      context.info.metrics.map(({ name }) => name),
      0,
      context.changed,
    );
    this.#select = metric.select;
    const grid = html("div", { class: "grid" });
    for (const name of context.info.domains) {
      const line = svg("path", { class: "line", "vector-effect": "non-scaling-stroke" });
      const here = svg("circle", { r: 2.6, class: "here" });
      const plot = svg(
        "svg",
        { viewBox: "0 0 100 50", role: "img" },
        svg("path", { d: "M2 2V48H98", class: "axis", "vector-effect": "non-scaling-stroke" }),
        line,
        here,
      );
      const output = html("span", { class: "number" });
      grid.append(
        html(
          "div",
          { class: "plot" },
          html(
            "div",
            { class: "head" },
            html("span", { class: "name", title: name }, name),
            output,
          ),
          plot,
        ),
      );
      this.#plots.push({ line, here, plot, output });
    }
    this.element.append(html("div", { class: "choices" }, metric.element), grid, this.#caption);
  }

  show({ domains, metrics, baselineName: _ }: Snapshot): void {
    const metric = Number(this.#select.value);
    const { parts, values, range } = this.context.use((calculator) =>
      calculator.traces(metric, POINTS),
    );
    const { numbers } = this.context;
    const [low, high] = range;
    const shown = metrics[metric];
    const x = (part: number): string => (2 + 96 * part).toFixed(1);
    const y = (value: number): string =>
      (46 - (42 * (value - low)) / Math.max(high - low, 1e-12)).toFixed(1);
    this.#plots.forEach(({ line, here, plot, output }, index) => {
      const trace = values[index] ?? [];
      const domain = domains[index];
      if (!domain || !shown) return;
      set(line, {
        d: trace
          .map((value, step) => `${step ? "L" : "M"}${x(parts[step] ?? 0)} ${y(value)}`)
          .join(""),
      });
      set(here, { cx: x(domain.proportion), cy: y(shown.value) });
      setText(output, numbers.percent(domain.proportion));
      const [first = 0, last = 0] = [trace[0], trace.at(-1)];
      const [atZero, now, atOne] = [first, shown.value, last].map((value) =>
        numbers.number(value, shown.decimals),
      );
      set(plot, {
        "aria-label":
          `${shown.name} along ${domain.name}: ` +
          `${atZero} at 0 %, ${now} at the current mixture, ${atOne} at 100 %`,
      });
    });
    if (!shown) return;
    const [bottom, top] = [low, high].map((end) => numbers.number(end, shown.decimals));
    setText(
      this.#caption,
      `${shown.name} as each domain goes from 0 to 100 %, the others in fixed ratios. ` +
        `All vertical axes go from ${bottom} to ${top}.`,
    );
  }
}
