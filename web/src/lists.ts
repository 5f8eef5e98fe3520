// Attribute texts: `web:0.6,code:0.2` and `web,code`.

import { quoted } from "./download.js";

/** Pairs of name and text; the last colon of an entry separates, so names may contain colons. */
export function pairsFromText(text: string): Record<string, string> {
  const pairs: [string, string][] = [];
  for (const entry of text.split(",")) {
    if (!entry.trim()) continue;
    const colon = entry.lastIndexOf(":");
    const name = entry.slice(0, colon).trim();
    const value = entry.slice(colon + 1).trim();
    if (colon < 1 || !name || !value)
      throw new Error(`expected NAME:VALUE, several separated by commas, found ${quoted(entry)}`);
    if (pairs.some(([known]) => known === name))
      throw new Error(`expected each name once, found ${quoted(name)} twice`);
    pairs.push([name, value]);
  }
  // From entries, so that a domain may have the name __proto__.
  return Object.fromEntries(pairs);
}

/** Pairs of name and number. */
export function weightsFromText(text: string): Record<string, number> {
  const entries = Object.entries(pairsFromText(text)).map(([name, value]) => {
    const weight = Number(value);
    if (!Number.isFinite(weight))
      throw new Error(`expected a number for ${quoted(name)}, found ${quoted(value)}`);
    return [name, weight] as const;
  });
  return Object.fromEntries(entries);
}

export const namesFromText = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);

/** The rows of a table in the page as CSV. */
export function csvFromTable(table: HTMLTableElement): string {
  const text = (cell: Element): string =>
    `"${(cell.textContent ?? "").trim().replaceAll('"', '""')}"`;
  const lines = [...table.rows]
    .filter((row) => row.closest("tfoot") === null)
    .map((row) => [...row.cells].map(text).join());
  return `${lines.join("\n")}\n`;
}
