// The calculator without the element, for notebooks and pages of your own.

import { Session, surrogateOf, Trapped } from "./engine.js";
import type { Calculator, SourceFile } from "./types.js";

export type * from "./types.js";
export { Trapped };

/** An open surrogate file; `notices` say what the user should know of the files it came from. */
export interface Opened {
  /** Uses the calculator. Throws `Trapped` when the calculator broke; open the file again then. */
  use<Result>(act: (calculator: Calculator) => Result): Result;
  /** The text of the surrogate file, fitted here or opened as it was. */
  readonly text: string;
  readonly notices: string[];
  /** Gives its memory back. */
  close(): void;
}

/** Opens a surrogate file, or the files of a run table, to which it fits the effective-data law. */
export async function open(
  files: string | SourceFile[],
  tell: (done: number) => void = () => {},
): Promise<Opened> {
  const list = typeof files === "string" ? [{ name: "file", text: files }] : files;
  const { text, notices } = await surrogateOf(list, tell);
  const session = await Session.open(text, () => {});
  return { use: (act) => session.use(act), text, notices, close: () => session.close() };
}
