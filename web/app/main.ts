// Loads the app, starts it on the canvas and connects it with the page around it.

import init, { start, type PageRequest, type Running, type Settings } from "../pkg/mixlens.js";
import { element, ended, hideSplash, loading, showSplash } from "./splash.js";
import { quoted } from "../src/download.js";
import { answerParent, leaveScrolling, withoutFocus } from "./embed.js";
import { isFramedByOthers } from "./frame.js";
import { Host } from "./host.js";
import { fetchFont, fetchJobsModule, fetchPageModule } from "./module.js";
import { TextView } from "./text-view.js";
import { RENDERERS, missing } from "./probe.js";
import { fetchRuns } from "./runs.js";
import { Store } from "./store.js";
import { notice } from "./strip.js";

async function main(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const renderer = query.get("renderer") ?? undefined;
  const lacking = missing(renderer);
  if (lacking) {
    showSplash(lacking);
    return;
  }
  const theme = query.get("theme") ?? undefined;
  if (theme) document.documentElement.dataset["theme"] = theme;

  const isForeign = isFramedByOthers();
  const embedded = query.get("embed") === "1" ? (query.get("view") ?? "") : undefined;
  // A part of another page neither shows what was left in this browser nor takes its place.
  const keeps = embedded === undefined && !isForeign;
  const [{ module, kept }, store] = await Promise.all([
    fetchPageModule(loading),
    keeps ? Store.claim() : undefined,
  ]);
  await init({ module_or_path: module });
  let running: Running | undefined;
  const plain = new TextView((request) => running?.request(JSON.stringify(request)));
  // What fits and searches must not delay the first frame, which needs none of it.
  let drawn = (): void => undefined;
  const firstFrame = new Promise<void>((resolve) => {
    drawn = resolve;
  });
  const jobs = async (): Promise<WebAssembly.Module> => {
    await firstFrame;
    return (await fetchJobsModule()).module;
  };
  const host = new Host(jobs, keeps, store, plain);
  const link = location.hash.length > 1 ? location.hash.slice(1) : undefined;
  const addresses = ["runs", "metrics"].flatMap((name) => query.getAll(name));
  const canvas = document.getElementById("canvas") as HTMLCanvasElement;
  document.body.classList.toggle("embedded", embedded !== undefined);
  if (!keeps)
    element("kept").textContent = "Files stay on this machine; unsaved work in a frame is not kept";
  const settings: Settings = {
    link: link ?? null,
    awaits_runs: addresses.length > 0,
    theme: theme ?? null,
    embedded: embedded ?? null,
    renderer: renderer ?? null,
    by_fingers: matchMedia("(pointer: coarse)").matches,
  };
  const begin = (): Promise<Running> => start(canvas, host, JSON.stringify(settings));
  running = await (embedded === undefined ? begin() : withoutFocus(begin));
  if (embedded !== undefined) leaveScrolling(canvas);
  if (renderer !== undefined && !(renderer in RENDERERS)) {
    running.tell(
      `expected ?renderer= as one of ${Object.keys(RENDERERS).join(", ")}, found ${quoted(renderer)}; drawn with WebGL`,
    );
  }
  const origin = query.get("origin");
  if (embedded !== undefined && origin && parent !== window)
    void answerParent(origin, plain, running);
  hideSplash();
  // The frame after next is drawn when this one is on the screen.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      performance.mark("interactive");
      drawn();
    }),
  );

  if (addresses.length > 0) {
    void fetchRuns(addresses, isForeign).then(
      (files) => running.load_linked(files),
      ({ message }: Error) => {
        running.give_up_linked(message);
        // An embedded app has no line for messages.
        if (embedded !== undefined) notice(message);
      },
    );
  }
  addEventListener("hashchange", () =>
    running.request(
      JSON.stringify({ ask: "link", fragment: location.hash.slice(1) } satisfies PageRequest),
    ),
  );
  // The canvas keeps Tab for itself: this is the way out, and back.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "F6") return;
      event.preventDefault();
      event.stopPropagation();
      (document.activeElement === document.getElementById("toggle")
        ? canvas
        : document.getElementById("toggle")
      )?.focus();
    },
    { capture: true },
  );
  // What is dropped beside the canvas; the canvas takes what is dropped on it.
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) void running.load(files);
  });
  await firstFrame;
  const rest = [
    kept,
    fetchJobsModule().then((jobs) => jobs.kept),
    // Without it, code is drawn in the font of text.
    fetchFont().then((font) => running.add_monospace_font(font)),
  ];
  const settled = await Promise.allSettled(rest);
  for (const end of settled) if (end.status === "rejected") console.warn(end.reason);
  // Not before these files are kept, or they would be downloaded twice. Without a service worker all
  // works, but not offline.
  if ("serviceWorker" in navigator)
    await navigator.serviceWorker
      .register("sw.js")
      .catch((problem: unknown) => console.warn(problem));
}

// What our own scripts throw past everybody leaves a frame half drawn: the app has ended.
addEventListener("error", (event) => {
  const stack = event.error instanceof Error ? event.error.stack : undefined;
  if ((stack ?? event.filename).includes(new URL(".", location.href).href)) ended(event.message);
});

main().catch((problem: unknown) => ended(String(problem)));
