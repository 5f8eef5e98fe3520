// The app in an iframe: the page around it, of one exact origin, may read and set the state by messages.
//
//   request { mixlens: 1, id, get: "state" }              answer  { mixlens: 1, id, state: { link, mixture, metrics } }
//   request { mixlens: 1, id, set: { link } }             answer  { mixlens: 1, id, done: true }
//   anything else                                         answer  { mixlens: 1, id, problem }
//
// `id` is a number or a text. Any origin may exchange the demo, which holds nothing secret. Whatever came from files is exchanged
// with the origin of the app itself and with those that its host lists in `embed.json`.

import type { PageRequest, Running } from "../pkg/mixlens.js";
import { clipped, quoted } from "../src/download.js";
import type { TextView } from "./text-view.js";
import { notice } from "./strip.js";

type Request = { mixlens: 1; id: string | number } & ({ get: "state" } | { set: { link: string } });

/** How long the list of the host may take to come, in milliseconds. */
const PATIENCE = 10_000;
const EXAMPLE = '{ "origins": ["https://docs.example.org"] }';

/** Answers the page around this one, if it is of the origin that the address names; no other page gets an answer. */
export async function answerParent(
  address: string,
  plain: TextView,
  running: Running,
): Promise<void> {
  const origin = originFrom(address);
  if (origin === undefined) {
    notice(
      `expected ?origin= as an origin such as https://docs.example.org, found ${quoted(address)}; the page around this one gets no answers`,
    );
    return;
  }
  const refusal = refusalOf(origin);
  addEventListener("message", async ({ source, origin: sender, data }: MessageEvent<unknown>) => {
    if (source !== parent || sender !== origin) return;
    parent.postMessage({ mixlens: 1, ...answer(data, await refusal, plain, running) }, origin);
  });
  const reason = await refusal;
  if (reason !== undefined) notice(reason);
  parent.postMessage({ mixlens: 1, ready: true }, origin);
}

function answer(
  data: unknown,
  refusal: string | undefined,
  plain: TextView,
  running: Running,
): object {
  if (!isRequest(data))
    return {
      id: idOf(data),
      problem: 'expected { mixlens: 1, id, get: "state" } or { mixlens: 1, id, set: { link } }',
    };
  const { id } = data;
  const { link, domains, metrics, hasFiles } = plain.latest ?? {
    link: "",
    domains: [],
    metrics: [],
    hasFiles: false,
  };
  if (refusal !== undefined && hasFiles) return { id, problem: refusal };
  if ("set" in data) {
    const request: PageRequest = { ask: "link", fragment: data.set.link };
    return { id, done: running.request(JSON.stringify(request)) };
  }
  const mixture = Object.fromEntries(domains.map((domain) => [domain.name, domain.proportion]));
  return { id, state: { link, mixture, metrics } };
}

function isRequest(data: unknown): data is Request {
  if (
    typeof data !== "object" ||
    data === null ||
    !("mixlens" in data) ||
    data.mixlens !== 1 ||
    idOf(data) === undefined
  )
    return false;
  if ("get" in data) return data.get === "state";
  return (
    "set" in data &&
    typeof data.set === "object" &&
    data.set !== null &&
    "link" in data.set &&
    typeof data.set.link === "string"
  );
}

/** The id of a request. Anything but a number or a text might be impossible to send back. */
function idOf(data: unknown): string | number | undefined {
  const { id } = Object(data) as { id?: unknown };
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}

/** Why the pages of an origin exchange the demo alone, with what the host of the app can do; nothing where they exchange all. */
async function refusalOf(origin: string): Promise<string | undefined> {
  if (origin === location.origin) return undefined;
  const what = `pages of ${quoted(origin)} may exchange the embedded demo alone`;
  try {
    if ((await listedOrigins()).includes(origin)) return undefined;
  } catch (problem) {
    return `${what}: the list of origins cannot be read (${(problem as Error).message})`;
  }
  return `${what}; whoever hosts this app allows more by listing that origin in the file embed.json beside index.html: { "origins": [${JSON.stringify(clipped(origin))}] }`;
}

/** The origins that the host of this app has listed; none without a list. */
async function listedOrigins(): Promise<string[]> {
  const response = await fetch("embed.json", {
    mode: "same-origin",
    redirect: "error",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status === 404) return [];
  if (!response.ok) throw new Error(`embed.json: found ${response.status}`);
  const list: unknown = await response.json().catch(() => undefined);
  const { origins } = Object(list) as { origins?: unknown };
  if (!Array.isArray(origins)) throw new Error(`embed.json: expected ${EXAMPLE}`);
  return origins.map((entry: unknown) => {
    const origin = originFrom(String(entry));
    if (origin === undefined)
      throw new Error(
        `embed.json: expected origins such as https://docs.example.org, found ${quoted(String(entry))}`,
      );
    return origin;
  });
}

/** The origin that a text names, as browsers write it; nothing for wildcards, for paths, and for what has no origin. */
export function originFrom(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#@*\\\s]+\/?$/i.test(text)) return undefined;
  try {
    return new URL(text).origin;
  } catch {
    return undefined;
  }
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
  addEventListener(
    "wheel",
    (event) => document.hasFocus() || event.stopImmediatePropagation(),
    first,
  );
  // The canvas takes every touch for its own before anybody knows where it goes; `touch-action` decides instead.
  const hold = (event: Event): unknown => Object.assign(event, { preventDefault: () => undefined });
  canvas.addEventListener("touchstart", hold, first);
  for (const later of ["touchmove", "touchend"])
    addEventListener(later, (event) => event.cancelable || hold(event), first);
}
