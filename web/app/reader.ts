// A worker that reads tokenizers. Its module and the samples of built-in categories are fetched when they are asked for.

import init, { infer } from "../pkg/tokenizers.js";
import type { ToWorker } from "./pool.js";
import { progress, serve, Told } from "./serve.js";

/** Where `make web` has put the module, and the table of each built-in category. */
declare const MODULE: string;
declare const TABLES: Readonly<Record<string, string>>;

serve<ToWorker>(async ({ request, names, files }) => {
  await init({
    module_or_path: await fetched(MODULE, "what reads tokenizers", "try again with a network"),
  });
  let done = 0;
  const total = files.filter((file) => typeof file === "string").length;
  const whole = await Promise.all(
    files.map(async (file) => {
      if (typeof file !== "string") return file;
      const bytes = await fetched(
        TABLES[file] ?? file,
        `the built-in sample ${file}`,
        "try again with a network, or leave it out and add samples of your own",
      );
      progress(++done / total);
      return new Uint8Array(bytes);
    }),
  );
  return infer(request, names, whole);
});

/** The content of a file of this build. */
async function fetched(address: string, what: string, advice: string): Promise<ArrayBuffer> {
  let found = "it cannot be reached";
  try {
    const response = await fetch(address);
    if (response.ok) return await response.arrayBuffer();
    found = `${response.status} ${response.statusText}`;
  } catch {
    // The browser says no more than that.
  }
  throw new Told(`expected to fetch ${what}, found: ${found}; ${advice}`);
}
