// Runs from addresses: `?runs=…&metrics=…`.

/** Fetches files to be imported together. */
export async function fetchRuns(addresses: string[]): Promise<File[]> {
  return Promise.all(addresses.map(fetchFile));
}

async function fetchFile(address: string): Promise<File> {
  const url = new URL(address, location.href);
  let response: Response;
  try {
    response = await fetch(url);
  } catch {
    const why =
      url.origin === location.origin
        ? "it cannot be reached"
        : "it cannot be reached, or its server does not let other pages read it (the header Access-Control-Allow-Origin, CORS)";
    throw new Error(`expected to read a file, found: ${why}; download it and drop it here instead; "${url.href}"`);
  }
  if (!response.ok) throw new Error(`expected to read a file, found: ${response.status} ${response.statusText}; "${url.href}"`);
  return new File([await response.blob()], decodeURIComponent(url.pathname.split("/").pop() || "runs"));
}
