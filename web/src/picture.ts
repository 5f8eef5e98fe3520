// The content of the element as a picture that needs neither the element nor its style.

import { svg } from "./dom.js";
import type { Numbers } from "./numbers.js";
import type { MetricShown, Snapshot } from "./types.js";

const [WIDTH, LINE, PAD] = [640, 22, 16];

/** An SVG document of mixture and metrics. The serialiser escapes text nodes with user text. */
export function pictureFromSnapshot(
  snapshot: Snapshot,
  metrics: MetricShown[],
  numbers: Numbers,
): string {
  const { domains, baselineName } = snapshot;
  const height = 2 * PAD + LINE * (domains.length + metrics.length + 3);
  const root = svg("svg", {
    width: WIDTH,
    height,
    viewBox: `0 0 ${WIDTH} ${height}`,
    "font-family": "system-ui, sans-serif",
    "font-size": 13,
    fill: "#1b1f24",
  });
  root.append(svg("rect", { width: WIDTH, height, fill: "#ffffff" }));
  let y = PAD + 14;
  const text = (x: number, words: string, more: Record<string, string> = {}): void =>
    root.append(svg("text", { x, y, ...more }, words));
  const short = (name: string): string => (name.length > 30 ? `${name.slice(0, 29)}…` : name);
  text(PAD, "Mixture", { "font-weight": "600" });
  const max = Math.max(...domains.flatMap(({ proportion, baseline }) => [proportion, baseline]));
  for (const { name, proportion, baseline, isLocked } of domains) {
    y += LINE;
    text(PAD, short(name));
    root.append(
      svg("rect", {
        x: 240,
        y: y - 11,
        width: (280 * proportion) / max,
        height: 13,
        fill: "#2a6fbb",
      }),
    );
    const at = 240 + (280 * baseline) / max;
    root.append(
      svg("line", { x1: at, x2: at, y1: y - 13, y2: y + 4, stroke: "#1b1f24", "stroke-width": 2 }),
    );
    text(WIDTH - PAD, `${numbers.percent(proportion)}${isLocked ? ", locked" : ""}`, {
      "text-anchor": "end",
    });
  }
  y += 2 * LINE;
  text(PAD, "Metric", { "font-weight": "600" });
  text(400, "Predicted", { "font-weight": "600", "text-anchor": "end" });
  text(WIDTH - PAD, `Against ${short(baselineName)}`, {
    "font-weight": "600",
    "text-anchor": "end",
  });
  for (const metric of metrics) {
    y += LINE;
    text(PAD, short(metric.name));
    text(400, numbers.number(metric.value, metric.decimals), { "text-anchor": "end" });
    text(WIDTH - PAD, numbers.difference(metric.difference, metric.differenceDecimals), {
      "text-anchor": "end",
    });
  }
  return new XMLSerializer().serializeToString(root);
}
