// The calculator without the element, for notebooks and custom pages.

import { Session, surrogateOf, Trapped } from "./engine.js";
import type { Calculator, SourceFile } from "./types.js";

export type * from "./types.js";
export { Trapped };

/** An open surrogate file; `notices` are warnings about the files it was read from. */
export interface Opened {
  /** Uses the calculator. Throws `Trapped` after an internal error; then open the file again. */
  use<Result>(act: (calculator: Calculator) => Result): Result;
  /** The text of the surrogate file, as opened or as fitted here. */
  readonly text: string;
  readonly notices: string[];
  /** Frees the memory. */
  close(): void;
}

/** Opens a surrogate file, or the files of a run table, to which it fits the effective-data law. */
export async function open(
  files: string | SourceFile[],
  progress: (done: number) => void = () => {},
): Promise<Opened> {
  const list = typeof files === "string" ? [{ name: "file", text: files }] : files;
  const { text, notices } = await surrogateOf(list, progress);
  const session = await Session.open(text, () => {});
  return { use: (act) => session.use(act), text, notices, close: () => session.close() };
}
