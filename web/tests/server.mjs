// A plain static server: no headers but the content type.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { createGzip } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".csv": "text/csv",
  ".json": "application/json",
};

/**
 * Serves a folder below `base`. The server collects its `requests`, can `replace` the text of a
 * file, and ends with `close`. `routes` take precedence over files: each is keyed by the path as
 * spelled in the request, and is a text or a function of the request and the response.
 */
export async function serve(folder, headers = {}, base = "/app/", routes = {}) {
  const requests = [];
  const replaced = new Map();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const route = routes[pathname];
    if (route !== undefined) {
      requests.push(pathname);
      if (typeof route === "function") return route(request, response);
      return response
        .writeHead(200, { "content-type": TYPES[extname(pathname)] ?? "text/html", ...headers })
        .end(route);
    }
    const path = normalize(decodeURIComponent(pathname));
    requests.push(path);
    const name = (path.startsWith(base) ? path.slice(base.length) : path).replace(
      /(^|\/)$/,
      "$1index.html",
    );
    try {
      const stored = await readFile(join(folder, name));
      const content = replaced.get(name)?.(stored.toString()) ?? stored;
      response.writeHead(200, {
        "content-type": TYPES[extname(name)] ?? "application/octet-stream",
        ...headers,
      });
      response.end(content);
    } catch {
      response.writeHead(404).end("not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    requests,
    port,
    routes,
    replace: (name, change) => replaced.set(name, change),
    address: `http://localhost:${port}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** Sends `bytes` bytes of table lines, or until the client disconnects; `sent` counts them. */
export function flood(bytes, { headers = {}, isPacked = false } = {}) {
  const line = Buffer.from("r,0.5,0.5,1\n".repeat(80_000));
  const route = async (_, response) => {
    response.writeHead(200, {
      "content-type": "text/csv",
      ...headers,
      ...(isPacked ? { "content-encoding": "gzip" } : {}),
    });
    const end = isPacked ? createGzip({ level: 1 }) : response;
    if (isPacked) end.pipe(response);
    let resume = () => undefined;
    end.on("drain", () => resume());
    response.on("error", () => undefined);
    response.on("close", () => {
      route.isClosed = true;
      resume();
    });
    for (route.sent = 0; route.sent < bytes && !route.isClosed; route.sent += line.length) {
      if (!end.write(line))
        await new Promise((resolve) => {
          resume = resolve;
        });
    }
    end.end();
  };
  route.sent = 0;
  return route;
}

/** A response that never ends, with an optional beginning; `isClosed` once the client has left. */
export function silence(first) {
  const route = (_, response) => {
    response.on("close", () => {
      route.isClosed = true;
    });
    if (first !== undefined) response.writeHead(200, { "content-type": "text/csv" }).write(first);
  };
  return route;
}
