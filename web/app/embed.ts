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

/** Does what would take the focus, which an app takes when it starts: in the page around, somebody may be typing. */
export async function withoutFocus<T>(act: () => Promise<T>): Promise<T> {
  const { focus } = HTMLElement.prototype;
  HTMLElement.prototype.focus = () => undefined;
  try {
    return await act();
  } finally {
    HTMLElement.prototype.focus = focus;
  }
}

/** Leaves scrolling to the page around: the wheel until this page has the focus, and fingers that move up and down. */
export function leaveScrolling(canvas: HTMLCanvasElement): void {
  const first = { capture: true, passive: true };
  addEventListener("wheel", (event) => document.hasFocus() || event.stopImmediatePropagation(), first);
  // The canvas takes every touch for its own before anybody knows where it goes; `touch-action` decides instead.
  const hold = (event: Event): unknown => Object.assign(event, { preventDefault: () => undefined });
  canvas.addEventListener("touchstart", hold, first);
  for (const later of ["touchmove", "touchend"]) addEventListener(later, (event) => event.cancelable || hold(event), first);
}
