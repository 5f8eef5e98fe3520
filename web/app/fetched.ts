// Files of this build that are fetched after the page has begun to work.

/** A problem in words that need nothing added. */
export class Told extends Error {}

/**
 * A file of this build, or why it is not there: `what` names it, `advice` says what to do without
 * a network.
 */
export async function fetched(address: string, what: string, advice: string): Promise<Response> {
  const response = await fetch(address).catch(() => undefined);
  if (response?.ok && response.body) return response;
  // The browser says no more about a server that does not answer. A newer build has files of other
  // names, and the page of that build names them.
  const found = response ? `${response.status} ${response.statusText}` : "it cannot be reached";
  const next = response ? "reload the page" : advice;
  throw new Told(`expected to fetch ${what}, found: ${found}; ${next}`);
}
