// Fetches the compiled app once: for the page, for its workers, and for later without a network.

import { loading } from "./splash.js";

/** What `make web` wrote into the page. */
export function built(name: "build" | "bytes" | "reader" | "wasm" | "worker"): string {
  const value = document.body.dataset[name];
  if (value === undefined) throw new Error(`the page was not built: it has no ${name}`);
  return value;
}

/** The compiled app, and when it is kept for later as far as this browser keeps things. */
export async function fetchModule(): Promise<{ module: WebAssembly.Module; kept: Promise<void> }> {
  const cache =
    "caches" in self ? await caches.open(built("build")).catch(() => undefined) : undefined;
  const known = await cache?.match(built("wasm"));
  const response = known ?? (await fetch(built("wasm")));
  if (!response.ok || !response.body)
    throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
  const kept =
    (known ? undefined : cache?.put(built("wasm"), response.clone())) ?? Promise.resolve();
  let done = 0;
  const total = Number(built("bytes"));
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        done += chunk.length;
        loading(done / total);
        controller.enqueue(chunk);
      },
    }),
  );
  const streamed = new Response(counted, { headers: { "content-type": "application/wasm" } });
  return {
    module: await WebAssembly.compileStreaming(streamed),
    kept: kept.catch(() => undefined),
  };
}
