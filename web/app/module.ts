// Fetches what the page needs, each file once: its module before the first frame, that of its
// workers and a font after it.

import { fetched } from "./fetched.js";

/** What `make web` wrote into the page. */
export function built(
  name: "build" | "bytes" | "font" | "jobs" | "reader" | "wasm" | "worker",
): string {
  const value = document.body.dataset[name];
  if (value === undefined) throw new Error(`the page was not built: it has no ${name}`);
  return value;
}

/** A module, and when it is kept for later as far as this browser keeps things. */
export interface FetchedModule {
  module: WebAssembly.Module;
  kept: Promise<void>;
}

const ADVICE = "try again with a network";

/** The module of the page; `progress` gets the fraction that has arrived. */
export function fetchPageModule(progress: (fraction: number) => void): Promise<FetchedModule> {
  const total = Number(built("bytes"));
  let done = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      done += chunk.length;
      progress(done / total);
      controller.enqueue(chunk);
    },
  });
  return fetchModule(built("wasm"), "the app", counter);
}

let jobs: Promise<FetchedModule> | undefined;

/** The module of the workers, for all of them. After a failure, the next call fetches it again. */
export function fetchJobsModule(): Promise<FetchedModule> {
  jobs ??= fetchModule(built("jobs"), "the module that fits and searches").catch(
    (problem: unknown) => {
      jobs = undefined;
      throw problem;
    },
  );
  return jobs;
}

/** The font of code. */
export async function fetchFont(): Promise<Uint8Array> {
  const { response, kept } = await fetchOnce(built("font"), "the font of code");
  const file = new Uint8Array(await response.arrayBuffer());
  await kept;
  return file;
}

async function fetchModule(
  address: string,
  what: string,
  counter?: TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>,
): Promise<FetchedModule> {
  const { response, kept } = await fetchOnce(address, what);
  const body = counter ? response.body?.pipeThrough(counter) : response.body;
  const streamed = new Response(body, { headers: { "content-type": "application/wasm" } });
  return { module: await WebAssembly.compileStreaming(streamed), kept };
}

/** A file of this build as it was kept, or from the server; then it is kept from now on. */
async function fetchOnce(
  address: string,
  what: string,
): Promise<{ response: Response; kept: Promise<void> }> {
  const cache =
    "caches" in self ? await caches.open(built("build")).catch(() => undefined) : undefined;
  const known = await cache?.match(address);
  const response = known ?? (await fetched(address, what, ADVICE));
  const kept = (known ? undefined : cache?.put(address, response.clone())) ?? Promise.resolve();
  return { response, kept: kept.catch(() => undefined) };
}
