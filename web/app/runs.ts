// Files named in a link: `?runs=…&metrics=…`. A link may come from anyone, so requests carry no
// credentials and no referrer.

import { download } from "../src/download.js";
import { showFetching } from "./strip.js";

/**
 * Fetches files to be imported together. `isForeign`: whether the app is in a frame of another
 * origin; no file of the app's origin is fetched then.
 */
export async function fetchRuns(addresses: string[], isForeign: boolean): Promise<File[]> {
  const stop = new AbortController();
  const cancel = (): void =>
    stop.abort(new Error("the download was cancelled; reload the page to start it again"));
  const strip = showFetching(cancel);
  try {
    return await download(addresses, location.href, {
      stop,
      progress: strip.tell,
      request: { credentials: "omit", referrerPolicy: "no-referrer" },
      refusal: (url) => refusal(url, isForeign),
    });
  } finally {
    strip.close();
  }
}

function refusal(url: URL, isForeign: boolean): string | undefined {
  if (!["http:", "https:"].includes(url.protocol))
    return (
      "expected an address that begins with https:// or http://, " +
      `found ${url.protocol.slice(0, 40)}`
    );
  if (!isForeign || url.origin !== location.origin) return undefined;
  return (
    "expected a file on another server: in a frame of another site, the app fetches no files " +
    "from the server that hosts it; publish the file where every page may read it (CORS), or " +
    "open the app outside the frame"
  );
}
