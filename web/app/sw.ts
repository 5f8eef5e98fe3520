// The service worker runs the app without a network. With a network, the page always comes from the
// server and names the files of the current build, so a stale build is never shown. `make web`
// inserts the build's name and its files.

declare const self: ServiceWorkerGlobalScope;
declare const BUILD: string;
declare const FILES: string[];
/** Files that not every page needs; they are cached when they are first fetched. */
declare const LATER: string[];
export {};

/** Caches the files that every page of this build needs; the page has cached the largest. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(BUILD);
  await Promise.all(FILES.map(async (file) => (await cache.match(file)) ?? cache.add(file)));
  await self.skipWaiting();
}

/** Removes the caches of other builds of this app. */
async function forgetOthers(): Promise<void> {
  const others = (await caches.keys()).filter(
    (name) => name.startsWith("mixlens ") && name !== BUILD,
  );
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The page from the server, or from the cache without a network. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(BUILD);
  try {
    return await fetch(request);
  } catch {
    return (await cache.match("./")) ?? Response.error();
  }
}

/** A file whose name identifies its content: from the cache, or from the server and then cached. */
async function file(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const cache = await caches.open(BUILD);
  const known = await cache.match(request, { ignoreSearch: true });
  if (known) return known;
  const response = await fetch(request);
  // Without room in the cache, the file is delivered all the same.
  if (response.ok) event.waitUntil(cache.put(request, response.clone()).catch(() => undefined));
  return response;
}

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (
    [...FILES, ...LATER].some(
      (name) => new URL(name, location.href).pathname === new URL(request.url).pathname,
    )
  ) {
    event.respondWith(file(event));
  }
});
