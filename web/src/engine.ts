// One instance of the compiled calculator for all elements of a page. An instance that trapped is
// discarded and never used again.

import { bindings as calculatorBindings } from "../pkg/widget/calculator.factory.js";
import { bindings as fitterBindings } from "../pkg/widget/fitter.factory.js";
import type { Calculator, Fitter, SourceFile } from "./types.js";
import { calculator as calculatorWasm, fitter as fitterWasm, type Wasm } from "./wasm.js";

/** An internal error of the calculator, which discards the instance. */
export class Trapped extends Error {}

async function compile(wasm: Wasm): Promise<WebAssembly.Module> {
  if (wasm instanceof Uint8Array) return WebAssembly.compile(wasm);
  const response = await fetch(wasm);
  if (!response.ok)
    throw new Error(
      `expected the calculator, found: ${response.status} ${response.statusText}; "${wasm.href}"`,
    );
  const isWasm = response.headers.get("content-type")?.startsWith("application/wasm") ?? false;
  return isWasm
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

/** A compiled module and the instance in use. */
class Part<Classes> {
  #module: Promise<WebAssembly.Module> | undefined;
  #live: Classes | undefined;

  constructor(
    readonly wasm: Wasm,
    readonly bindings: () => Classes & { initSync(from: { module: WebAssembly.Module }): unknown },
  ) {}

  async instance(): Promise<Classes> {
    this.#module ??= compile(this.wasm);
    // A failed download is tried again at the next call.
    const module = await this.#module.catch((problem: unknown) => {
      this.#module = undefined;
      throw problem;
    });
    if (!this.#live) {
      const classes = this.bindings();
      classes.initSync({ module });
      this.#live = classes;
    }
    return this.#live;
  }

  isLive(classes: Classes): boolean {
    return this.#live === classes;
  }

  discard(): void {
    this.#live = undefined;
  }
}

const calculators = /* @__PURE__ */ new Part(calculatorWasm, calculatorBindings);
const fitters = /* @__PURE__ */ new Part(fitterWasm, fitterBindings);

/**
 * Whether a problem is a trap, a stack overflow, or an object left in use by an exception; regular
 * errors of the calculator are none of these.
 */
function isTrap(problem: unknown): boolean {
  return (
    problem instanceof WebAssembly.RuntimeError ||
    problem instanceof RangeError ||
    (problem instanceof Error && problem.message.startsWith("recursive use"))
  );
}

function guarded<Classes, Result>(part: Part<Classes>, act: () => Result): Result {
  try {
    return act();
  } catch (problem) {
    if (!isTrap(problem)) throw problem;
    part.discard();
    const reason = problem instanceof Error ? problem.message : problem;
    throw new Trapped(`the calculator stopped (${reason}); reload the page to try again`);
  }
}

/** Lets the page draw and handle events. */
export const yieldToPage = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Whether a text is a surrogate file; anything else is read as a run table. */
const isSurrogate = (text: string): boolean => /^\s*\{[^]{0,200}"mixlens-surrogates"/.test(text);

/**
 * The text of a surrogate file: the file itself, or a fit to the files of a run table, metric by
 * metric; `progress` receives the part done, from 0 to 1.
 */
export async function surrogateOf(
  files: SourceFile[],
  progress: (done: number) => void,
): Promise<{ text: string; notices: string[] }> {
  const [first] = files;
  if (files.length === 1 && first && isSurrogate(first.text))
    return { text: first.text, notices: [] };
  const { Fitter } = await fitters.instance();
  const fitter: Fitter = guarded(fitters, () => Fitter.open(files));
  for (;;) {
    await yieldToPage();
    const { done, total } = guarded(fitters, () => fitter.step());
    progress(done / total);
    if (done === total) break;
  }
  const notices = fitter.notices();
  return { text: guarded(fitters, () => fitter.finish()), notices };
}

/** A calculator that outlives its instance: after a trap elsewhere it is opened and set up anew. */
export class Session {
  #calculator: Calculator | undefined;
  #classes: { Calculator: typeof Calculator } | undefined;

  private constructor(
    readonly text: string,
    readonly setUp: (calculator: Calculator) => void,
  ) {}

  static async open(text: string, setUp: (calculator: Calculator) => void): Promise<Session> {
    const session = new Session(text, setUp);
    session.#enter(await calculators.instance());
    return session;
  }

  #enter(classes: { Calculator: typeof Calculator }): Calculator {
    this.#classes = classes;
    this.#calculator = guarded(calculators, () => classes.Calculator.open(this.text));
    this.setUp(this.#calculator);
    return this.#calculator;
  }

  /** Uses the calculator now; it must be open and its instance alive. */
  use<Result>(act: (calculator: Calculator) => Result): Result {
    const calculator = this.#calculator;
    if (!calculator || !this.isAlive) throw new Trapped("the calculator was closed");
    return guarded(calculators, () => act(calculator));
  }

  get isAlive(): boolean {
    return (
      this.#calculator !== undefined &&
      this.#classes !== undefined &&
      calculators.isLive(this.#classes as never)
    );
  }

  /** Reopens the calculator if its instance is gone. */
  async revive(): Promise<void> {
    if (!this.isAlive) this.#enter(await calculators.instance());
  }

  close(): void {
    if (this.isAlive) this.#calculator?.free();
    this.#calculator = undefined;
  }
}
