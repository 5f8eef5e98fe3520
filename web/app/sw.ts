// The service worker: the app without a network. With one, the page always comes from the server, and names the files of
// its own build; so a stale build is never shown. `make web` puts in the name of the build and its files.

declare const self: ServiceWorkerGlobalScope;
declare const BUILD: string;
declare const FILES: string[];
/** Files that not everybody needs: kept when they are fetched for the first time. */
declare const LATER: string[];
export {};

/** Keeps every file that each page of this build needs; the page has put the largest there already. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(BUILD);
  await Promise.all(FILES.map(async (file) => (await cache.match(file)) ?? cache.add(file)));
  await self.skipWaiting();
}

/** Forgets other builds of this app. */
async function forgetOthers(): Promise<void> {
  const others = (await caches.keys()).filter(
    (name) => name.startsWith("mixlens ") && name !== BUILD,
  );
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The page: from the server, or as it was kept. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(BUILD);
  try {
    return await fetch(request);
  } catch {
    return (await cache.match("./")) ?? Response.error();
  }
}

/** A file whose name says what is in it: as it was kept, or from the server and kept from now on. */
async function file(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const cache = await caches.open(BUILD);
  const known = await cache.match(request, { ignoreSearch: true });
  if (known) return known;
  const response = await fetch(request);
  // Where there is no room left, the file is only not kept.
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
