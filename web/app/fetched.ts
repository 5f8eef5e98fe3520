// Files of this build that are fetched after the page has started.

/** An error whose message is shown to the user as it is. */
export class Told extends Error {}

/**
 * Fetches a file of this build. `what` names the file in the error, `advice` is the remedy without
 * a network.
 */
export async function fetched(address: string, what: string, advice: string): Promise<Response> {
  const response = await fetch(address).catch(() => undefined);
  if (response?.ok && response.body) return response;
  // Browsers give no reason for a server that does not answer. After an error status, the page is
  // probably of an older build, whose files have other names.
  const found = response ? `${response.status} ${response.statusText}` : "it cannot be reached";
  const next = response ? "reload the page" : advice;
  throw new Told(`expected to fetch ${what}, found: ${found}; ${next}`);
}
