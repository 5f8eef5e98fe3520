// A worker that reads tokenizers. Its module and the samples of built-in categories are fetched on
// demand.

import init, { infer } from "../pkg/tokenizers.js";
import { fetched } from "./fetched.js";
import type { ToWorker } from "./pool.js";
import { progress, serve } from "./serve.js";

/** The addresses that `make web` gave the module and the table of each built-in category. */
declare const MODULE: string;
declare const TABLES: Readonly<Record<string, string>>;

const ADVICE = "try again when the network is available";

serve<ToWorker>(async ({ request, names, files }) => {
  await init({
    module_or_path: await fetched(MODULE, "the tokenizer module", ADVICE),
  });
  let done = 0;
  const total = files.filter((file) => typeof file === "string").length;
  const whole = await Promise.all(
    files.map(async (file) => {
      if (typeof file !== "string") return file;
      const response = await fetched(
        TABLES[file] ?? file,
        `the built-in sample ${file}`,
        `${ADVICE}, or remove the category and add other samples`,
      );
      const bytes = new Uint8Array(await response.arrayBuffer());
      progress(++done / total);
      return bytes;
    }),
  );
  return infer(request, names, whole);
});
