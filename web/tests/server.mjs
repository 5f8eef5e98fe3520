// A static server as plain as any that may host the app: no headers but the type of the content.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".csv": "text/csv",
};

/** Serves a folder below `base`. It collects its `requests`, can `replace` the text of a file, and `close` ends it. */
export async function serve(folder, headers = {}, base = "/app/") {
  const requests = [];
  const replaced = new Map();
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    requests.push(path);
    const name = (path.startsWith(base) ? path.slice(base.length) : path).replace(/(^|\/)$/, "$1index.html");
    try {
      const stored = await readFile(join(folder, name));
      const content = replaced.get(name)?.(stored.toString()) ?? stored;
      response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "application/octet-stream", ...headers });
      response.end(content);
    } catch {
      response.writeHead(404).end("not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    requests,
    replace: (name, change) => replaced.set(name, change),
    address: `http://localhost:${port}${base}`,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}
