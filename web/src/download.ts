// Files from addresses, for the app and for the element: limited in size, with progress and
// cancellation.

/**
 * Maximum size of a file that a page reads, and of files fetched together, in bytes. Reading needs
 * several times as much memory, and browsers on phones end a page at about 1 GiB.
 */
export const MAX_FILE_BYTES = 200e6;
/** Maximum number of addresses fetched together. */
const MAX_ADDRESSES = 100;
/** Maximum length of a quoted text of a user or of a server, in characters. */
const MAX_QUOTED = 200;
/** Browsers give no further reason. */
const UNREACHABLE =
  "it cannot be reached, or its server does not let other pages read it " +
  "(the header Access-Control-Allow-Origin, CORS)";

/** Options of a download. */
export interface Download {
  /** Stops the download; the reason is an error with a message. */
  stop: AbortController;
  /** Called with the file being fetched and its server, and with the size received so far. */
  progress: (what: string, size: string) => void;
  request?: RequestInit;
  /** The reason to refuse an address, if any; also called with the target of redirects. */
  refusal?: (url: URL) => string | undefined;
}

/** A text of a user or of a server for a message, cut if it is too long. */
export function clipped(text: string): string {
  // Twice the length, because a character may take two code units.
  const characters = [...text.slice(0, 2 * MAX_QUOTED + 2)];
  return characters.length > MAX_QUOTED ? `${characters.slice(0, MAX_QUOTED - 1).join("")}…` : text;
}

export const quoted = (text: string): string => `"${clipped(text)}"`;

/** Fetches all files; throws an error that names the failing address. */
export async function download(
  addresses: readonly string[],
  base: string,
  options: Download,
): Promise<File[]> {
  if (addresses.length > MAX_ADDRESSES)
    throw new Error(`expected at most ${MAX_ADDRESSES} addresses, found ${addresses.length}`);
  const urls = addresses.map((address) => checked(urlFrom(address, base), options));
  const waiting = new Set(urls);
  let received = 0;
  const report = (): void => {
    const [first] = waiting;
    if (!first) return;
    const more = waiting.size > 1 ? ` and ${waiting.size - 1} more` : "";
    options.progress(
      `Fetching ${nameOf(first)} from ${clipped(first.host || first.protocol)}${more}`,
      `${megabytes(received)} so far`,
    );
  };
  const count = (bytes: number, url: URL): void => {
    received += bytes;
    if (received > MAX_FILE_BYTES) {
      const files = urls.length > 1 ? "files" : "a file";
      throw new Error(
        `expected ${files} of at most ${MAX_FILE_BYTES / 1e6} MB in a browser, found more; ` +
          `open it with the desktop app or the command line; ${quoted(url.href)}`,
      );
    }
    report();
  };
  report();
  try {
    return await Promise.all(
      urls.map(async (url) => {
        const content = await contentOf(
          url,
          options,
          (bytes) => count(bytes, url),
          () => received,
        );
        waiting.delete(url);
        report();
        return new File(content, nameOf(url));
      }),
    );
  } catch (problem) {
    options.stop.abort(problem);
    throw problem;
  }
}

/**
 * The content of an address in parts. Sizes count after decompression; the length that a server
 * declares is ignored.
 */
async function contentOf(
  url: URL,
  options: Download,
  count: (bytes: number) => void,
  received: () => number,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const { signal } = options.stop;
  const response = await fetch(url, { ...options.request, signal }).catch(() => {
    throw signal.aborted
      ? signal.reason
      : new Error(
          `expected to read a file, found: ${UNREACHABLE}; ` +
            `download it and open it here; ${quoted(url.href)}`,
        );
  });
  checked(new URL(response.url || url), options);
  if (!response.ok)
    throw new Error(
      `expected to read a file, found: ${response.status} ${clipped(response.statusText)}; ` +
        quoted(url.href),
    );
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read().catch(() => {
      throw signal.aborted
        ? signal.reason
        : new Error(
            "expected to read a file, found: the connection was lost after " +
              `${megabytes(received())}; try again; ${quoted(url.href)}`,
          );
    });
    if (!part?.value) return parts;
    count(part.value.length);
    parts.push(part.value);
  }
}

function urlFrom(address: string, base: string): URL {
  let url: URL | undefined;
  try {
    url = address.trim() ? new URL(address, base) : undefined;
  } catch {
    // Reported below.
  }
  if (!url)
    throw new Error(
      "expected an address such as https://example.org/runs.csv, " +
        `found ${quoted(address)}; correct the address`,
    );
  if (!url.username && !url.password) return url;
  // A message must not repeat a password.
  url.username = url.password = "";
  throw new Error(
    "expected an address without user name and password, found at least one of them; " +
      `leave them out; ${quoted(url.href)}`,
  );
}

/** Returns the address, or throws if it is refused. */
function checked(url: URL, { refusal }: Download): URL {
  const reason = refusal?.(url);
  if (reason !== undefined) throw new Error(`${reason}; ${quoted(url.href)}`);
  return url;
}

/**
 * The file name in an address. Invalid escapes, and escapes of characters not allowed in a name,
 * stay as they are.
 */
export function nameOf(url: URL): string {
  const last = url.pathname.split("/").pop() || "file";
  const name = last.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      const text = decodeURIComponent(escapes);
      return /[\p{C}\p{Zl}\p{Zp}/\\]/u.test(text) ? escapes : text;
    } catch {
      return escapes;
    }
  });
  // The end of the name is kept, because it has the file type.
  return name.slice(-MAX_QUOTED);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
