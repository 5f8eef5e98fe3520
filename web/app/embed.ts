// The app in an iframe. The page around it, of one exact origin, may read and set the state by
// messages:
//
//   request  { mixlens: 1, id, get: "state" }
//   answer   { mixlens: 1, id, state: { link, mixture, metrics } }
//
//   request  { mixlens: 1, id, set: { link } }
//   answer   { mixlens: 1, id, done: true }
//
//   request  anything else
//   answer   { mixlens: 1, id, problem }
//
// `id` is a number or a string. Any origin may exchange the demo, which holds nothing secret. Data
// from files is exchanged only with the origin of the app itself and with the origins listed in
// `embed.json` by its host.

import type { PageRequest, Running } from "../pkg/mixlens.js";
import { clipped, quoted } from "../src/download.js";
import type { TextView } from "./text-view.js";
import { notice } from "./strip.js";

type Request = { mixlens: 1; id: string | number } & ({ get: "state" } | { set: { link: string } });

/** Time limit for fetching the host's list, in milliseconds. */
const LIST_TIMEOUT = 10_000;
const EXAMPLE = '{ "origins": ["https://docs.example.org"] }';

/** Answers the page around this one if its origin is `address`; no other page gets an answer. */
export async function answerParent(
  address: string,
  plain: TextView,
  running: Running,
): Promise<void> {
  const origin = originFrom(address);
  if (origin === undefined) {
    notice(
      "expected ?origin= to be an origin such as https://docs.example.org, " +
        `found ${quoted(address)}; messages from the surrounding page are not answered`,
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

/** The id of a request. A value that is not a number or a string may be impossible to send back. */
function idOf(data: unknown): string | number | undefined {
  const { id } = Object(data) as { id?: unknown };
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}

/**
 * Why pages of an origin may exchange the demo only, with advice for the app's host; undefined
 * where they may exchange everything.
 */
async function refusalOf(origin: string): Promise<string | undefined> {
  if (origin === location.origin) return undefined;
  const what = `pages of ${quoted(origin)} may exchange only the embedded demo`;
  try {
    if ((await listedOrigins()).includes(origin)) return undefined;
  } catch (problem) {
    return `${what}: the list of origins cannot be read (${(problem as Error).message})`;
  }
  const list = `{ "origins": [${JSON.stringify(clipped(origin))}] }`;
  return (
    `${what}; to allow more, the host of this app lists the origin in embed.json ` +
    `beside index.html: ${list}`
  );
}

/** The origins listed by the host of this app; empty without a list. */
async function listedOrigins(): Promise<string[]> {
  const response = await fetch("embed.json", {
    mode: "same-origin",
    redirect: "error",
    cache: "no-store",
    signal: AbortSignal.timeout(LIST_TIMEOUT),
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
        "embed.json: expected origins such as https://docs.example.org, " +
          `found ${quoted(String(entry))}`,
      );
    return origin;
  });
}

/**
 * The origin in a text, as browsers write it; undefined for wildcards, for paths and for addresses
 * without an origin.
 */
export function originFrom(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#@*\\\s]+\/?$/i.test(text)) return undefined;
  try {
    return new URL(text).origin;
  } catch {
    return undefined;
  }
}

/**
 * Runs `act` without letting it move the focus. The app takes the focus when it starts, while the
 * user may be typing in the surrounding page.
 */
export async function withoutFocus<T>(act: () => Promise<T>): Promise<T> {
  const { focus } = HTMLElement.prototype;
  HTMLElement.prototype.focus = () => undefined;
  try {
    return await act();
  } finally {
    HTMLElement.prototype.focus = focus;
  }
}

/**
 * Leaves scrolling to the surrounding page: the wheel until this page has the focus, and vertical
 * swipes.
 */
export function leaveScrolling(canvas: HTMLCanvasElement): void {
  const first = { capture: true, passive: true };
  addEventListener(
    "wheel",
    (event) => document.hasFocus() || event.stopImmediatePropagation(),
    first,
  );
  // The canvas calls `preventDefault` on every touch before its direction is known; without that
  // call, `touch-action` decides.
  const hold = (event: Event): unknown => Object.assign(event, { preventDefault: () => undefined });
  canvas.addEventListener("touchstart", hold, first);
  for (const later of ["touchmove", "touchend"])
    addEventListener(later, (event) => event.cancelable || hold(event), first);
}
