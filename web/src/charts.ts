// The drawings: bars of the mixture, a ternary map, and traces.

import { html, say, set, svg } from "./dom.js";
import type { Numbers } from "./numbers.js";
import type { Calculator, Info, Snapshot } from "./types.js";

/** What a drawing may ask of the calculator. */
export interface ChartContext {
  info: Info;
  use<Result>(act: (calculator: Calculator) => Result): Result;
  numbers: Numbers;
  /** Draws again, with another choice of what is drawn. */
  changed(): void;
}

export interface Chart {
  readonly element: HTMLElement;
  show(snapshot: Snapshot): void;
}

function choice(
  label: string,
  names: string[],
  at: number,
  change: () => void,
): { element: HTMLLabelElement; select: HTMLSelectElement } {
  const select = html(
    "select",
    { part: "choice" },
    ...names.map((name, place) => html("option", { value: place }, name)),
  );
  select.value = String(at);
  select.addEventListener("input", (event) => event.stopPropagation());
  select.addEventListener("change", (event) => {
    event.stopPropagation();
    change();
  });
  return { element: html("label", { class: "choice" }, html("span", {}, label), select), select };
}

/** The mixture as bars, with a tick where the baseline is. */
export class Bars implements Chart {
  readonly element = html("div", { part: "chart bars", class: "bars", role: "img" });
  readonly #rows: { output: HTMLElement; bar: SVGRectElement; tick: SVGLineElement }[] = [];

  constructor(readonly look: ChartContext) {
    for (const name of look.info.domains) {
      const bar = svg("rect", { x: 0, y: 1, height: 10, class: "own" });
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
    const { numbers } = this.look;
    const most = Math.max(...domains.flatMap(({ proportion, baseline }) => [proportion, baseline]));
    domains.forEach(({ proportion, baseline }, place) => {
      const row = this.#rows[place];
      if (!row) return;
      say(row.output, numbers.percent(proportion));
      set(row.bar, { width: ((100 * proportion) / most).toFixed(2) });
      const x = (Math.min(0.995, baseline / most) * 100).toFixed(2);
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

/** One metric over three domains. The choices are the reader's; the drawing is told in words too. */
export class TernaryMap implements Chart {
  readonly element = html("div", { part: "chart ternary", class: "ternary" });
  readonly #cells: { cell: SVGPolygonElement; corners: [number, number, number] }[] = [];
  readonly #here = svg("circle", { r: 2.4, class: "here" });
  readonly #baseline = svg("path", { class: "there" });
  readonly #labels = [0, 1, 2].map(() => svg("text", {}));
  readonly #svg: SVGSVGElement;
  readonly #caption = html("p", { class: "caption" });
  readonly #selects: HTMLSelectElement[] = [];

  constructor(readonly look: ChartContext) {
    const { domains, metrics } = look.info;
    const choices = [0, 1, 2].map((corner) =>
      choice(["Top", "Left", "Right"][corner] ?? "", domains, corner, () => this.#chosen(corner)),
    );
    const metric = choice(
      "Metric",
      metrics.map(({ name }) => name),
      0,
      look.changed,
    );
    this.#selects = [...choices, metric].map(({ select }) => select);
    const map = svg("g", {});
    // Point (first, second) of the grid is at this place in the list, as the calculator orders it.
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
      place([first / STEPS, second / STEPS, (STEPS - first - second) / STEPS])
        .map((own) => own.toFixed(2))
        .join(),
    );
    const cell = svg("polygon", { points: points.join(" "), class: "cell" });
    map.append(cell);
    this.#cells.push({ cell, corners: [a, b, c] });
  }

  /** Three different domains: the one that had the chosen domain takes what this corner had. */
  #chosen(corner: number): void {
    const values = this.#selects.slice(0, 3).map((select) => select.value);
    const twin = values.findIndex((value, place) => place !== corner && value === values[corner]);
    const free = this.look.info.domains.findIndex((_, place) => !values.includes(String(place)));
    const select = this.#selects[twin];
    if (select)
      select.value = String(
        free >= 0 ? free : ([0, 1, 2].find((place) => !values.includes(String(place))) ?? 0),
      );
    this.look.changed();
  }

  show(snapshot: Snapshot): void {
    const [a = 0, b = 1, c = 2, metric = 0] = this.#selects.map((select) => Number(select.value));
    const map = this.look.use((calculator) =>
      calculator.ternary(Uint32Array.of(a, b, c), metric, STEPS),
    );
    const [low, high] = map.range;
    for (const { cell, corners } of this.#cells) {
      const mean = corners.reduce((sum, corner) => sum + (map.values[corner] ?? 0), 0) / 3;
      // Stronger is lower, in steps of a fortieth: most cells keep their shade from frame to frame.
      const shade = Math.round(40 * (high > low ? (high - mean) / (high - low) : 0.5)) / 40;
      set(cell, { "fill-opacity": (0.06 + 0.84 * shade).toFixed(3) });
    }
    const [x, y] = place(map.here);
    set(this.#here, { cx: x.toFixed(2), cy: y.toFixed(2) });
    if (map.baseline) {
      const [u, v] = place(map.baseline);
      set(this.#baseline, {
        d: `M${(u - 2).toFixed(2)} ${v.toFixed(2)}h4M${u.toFixed(2)} ${(v - 2).toFixed(2)}v4`,
      });
    }
    set(this.#baseline, { visibility: map.baseline ? "visible" : "hidden" });
    const { numbers, info } = this.look;
    const names = [a, b, c].map((domain) => info.domains[domain] ?? "");
    names.forEach((name, corner) =>
      say(this.#labels[corner] as Element, name.length > 18 ? `${name.slice(0, 17)}…` : name),
    );
    const decimals = snapshot.metrics[metric]?.decimals ?? 3;
    const of = info.metrics[metric]?.name ?? "";
    say(
      this.#caption,
      `${of} from ${numbers.number(low, decimals)} (strong colour) to ${numbers.number(high, decimals)} (faint). ` +
        `The three have ${numbers.percent(map.total)} together; the dot is the mixture, the cross is ${snapshot.baselineName}.`,
    );
    set(this.#svg, {
      "aria-label": `${of} over ${names.join(", ")}; the mixture is at ${map.here.map((share, corner) => `${names[corner]} ${numbers.percent(share)}`).join(", ")} of the three`,
    });
  }
}

/** Where three shares are in the triangle: the first on top, the second on the left. */
function place([first, second, third]: [number, number, number]): [number, number] {
  return [50 * first + 0 * second + 100 * third, 10 + HEIGHT * (1 - first)];
}

const POINTS = 21;

/** One metric along each domain: its proportion from nothing to everything, the others in their ratios. */
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

  constructor(readonly look: ChartContext) {
    const metric = choice(
      "Metric",
      look.info.metrics.map(({ name }) => name),
      0,
      look.changed,
    );
    this.#select = metric.select;
    const grid = html("div", { class: "grid" });
    for (const name of look.info.domains) {
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
    const { parts, values, range } = this.look.use((calculator) =>
      calculator.traces(metric, POINTS),
    );
    const { numbers } = this.look;
    const [low, high] = range;
    const own = metrics[metric];
    const x = (part: number): string => (2 + 96 * part).toFixed(1);
    const y = (value: number): string =>
      (46 - (42 * (value - low)) / Math.max(high - low, 1e-12)).toFixed(1);
    this.#plots.forEach(({ line, here, plot, output }, place) => {
      const trace = values[place] ?? [];
      const domain = domains[place];
      if (!domain || !own) return;
      set(line, {
        d: trace
          .map((value, step) => `${step ? "L" : "M"}${x(parts[step] ?? 0)} ${y(value)}`)
          .join(""),
      });
      set(here, { cx: x(domain.proportion), cy: y(own.value) });
      say(output, numbers.percent(domain.proportion));
      const [first = 0, last = 0] = [trace[0], trace.at(-1)];
      set(plot, {
        "aria-label": `${own.name} along ${domain.name}: ${numbers.number(first, own.decimals)} without it, ${numbers.number(own.value, own.decimals)} here, ${numbers.number(last, own.decimals)} with nothing else`,
      });
    });
    if (own)
      say(
        this.#caption,
        `${own.name} as each domain goes from 0 to 100 %, the others in their ratios; all from ${numbers.number(low, own.decimals)} to ${numbers.number(high, own.decimals)}.`,
      );
  }
}
