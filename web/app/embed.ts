// The app in an iframe: the page around it, of one exact origin, may read and set the state by messages.
//
//   ask     { mixlens: 1, id, get: "state" }              answer  { mixlens: 1, id, state: { link, mixture, metrics } }
//   ask     { mixlens: 1, id, set: { link } }             answer  { mixlens: 1, id, done: true }
//   anything else                                         answer  { mixlens: 1, id, problem }

import type { Running } from "../pkg/mixlens.js";
import type { PlainView } from "./plain.js";

type Ask = { mixlens: 1; id: unknown } & ({ get: "state" } | { set: { link: string } });

/** Answers the page around this one, if it is of that origin; nobody else. */
export function answerParent(origin: string, plain: PlainView, running: Running): void {
  addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source !== parent || event.origin !== origin) return;
    parent.postMessage({ mixlens: 1, ...answer(event.data, plain, running) }, origin);
  });
  parent.postMessage({ mixlens: 1, ready: true }, origin);
}

function answer(data: unknown, plain: PlainView, running: Running): object {
  if (!isAsk(data)) return { id: (data as { id?: unknown } | null)?.id, problem: 'expected { mixlens: 1, id, get: "state" } or { mixlens: 1, id, set: { link } }' };
  if ("set" in data) return { id: data.id, done: running.wish(JSON.stringify({ ask: "link", fragment: data.set.link })) };
  const { link, domains, metrics } = plain.latest ?? { link: "", domains: [], metrics: [] };
  const mixture = Object.fromEntries(domains.map((domain) => [domain.name, domain.proportion]));
  return { id: data.id, state: { link, mixture, metrics } };
}

function isAsk(data: unknown): data is Ask {
  if (typeof data !== "object" || data === null || !("mixlens" in data) || data.mixlens !== 1 || !("id" in data)) return false;
  if ("get" in data) return data.get === "state";
  return "set" in data && typeof data.set === "object" && data.set !== null && "link" in data.set && typeof data.set.link === "string";
}
