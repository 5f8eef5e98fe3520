// Workers, each with an instance of a module. A worker that is stopped, traps or dies is replaced
// by a new one.

import { Told } from "./fetched.js";
import { built } from "./module.js";

/** What a worker sends: a fraction done, its lock's name, a result, or a problem in words. */
export type FromWorker = number | { lock: string } | { result: string } | { problem: string };

/** The message to a worker after its module. */
export interface ToWorker {
  request: string;
  names: string[];
  /** Bytes, or the name of a built-in table. */
  files: (Uint8Array | string)[];
}

interface Job {
  progress: (fraction: number) => void;
  done: (result: string | undefined, problem: string | undefined) => void;
}

/** The number of the last job; numbers are unique across all pools. */
let last = 0;

/** The problem text for a worker that ended without a result. */
export function died(why: string): string {
  return `the worker stopped before it finished (${why}); try again`;
}

export class Pool {
  private readonly idle: Worker[] = [];
  private readonly busy = new Map<Worker, Job & { number: number }>();
  /** Jobs whose module has not arrived yet, by number. */
  private readonly waiting = new Map<number, Job>();

  /**
   * Workers run `script` of this build, with `module` if it is given. At most `maxIdle` idle
   * workers are kept for later jobs.
   */
  constructor(
    private readonly script: "worker" | "reader",
    private readonly maxIdle: number,
    private readonly module?: () => Promise<WebAssembly.Module>,
  ) {}

  run(message: ToWorker, job: Job): number {
    const number = ++last;
    if (!this.module) {
      this.start(number, message, job);
      return number;
    }
    this.waiting.set(number, job);
    // A job that was cancelled in the meantime is no longer in `waiting` and is not started.
    this.module().then(
      (module) => this.waiting.delete(number) && this.start(number, message, job, module),
      (problem: unknown) =>
        this.waiting.delete(number) &&
        job.done(undefined, problem instanceof Told ? problem.message : String(problem)),
    );
    return number;
  }

  private start(number: number, message: ToWorker, job: Job, module?: WebAssembly.Module): void {
    const worker = this.idle.pop() ?? this.hire(module);
    this.busy.set(worker, { ...job, number });
    worker.postMessage(
      message,
      message.files.flatMap((file) => (typeof file === "string" ? [] : [file.buffer])),
    );
  }

  cancel(number: number): void {
    this.waiting.delete(number);
    for (const [worker, job] of this.busy) if (job.number === number) this.dismiss(worker);
  }

  private hire(module?: WebAssembly.Module): Worker {
    const worker = new Worker(built(this.script), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.hear(worker, data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.lose(
        worker,
        died(event.message || "it could not be started; check the network connection"),
      );
    };
    if (module) worker.postMessage(module);
    return worker;
  }

  private hear(worker: Worker, data: FromWorker): void {
    const job = this.busy.get(worker);
    if (typeof data === "number") {
      job?.progress(data);
    } else if ("lock" in data) {
      // The worker holds this lock as long as it lives, so getting the lock means that it is gone.
      void navigator.locks.request(data.lock, () =>
        this.lose(worker, died("the browser stopped it")),
      );
    } else if ("result" in data) {
      this.busy.delete(worker);
      if (this.idle.length < this.maxIdle) this.idle.push(worker);
      else worker.terminate();
      job?.done(data.result, undefined);
    } else {
      this.lose(worker, data.problem);
    }
  }

  private lose(worker: Worker, problem: string): void {
    const job = this.busy.get(worker);
    this.dismiss(worker);
    job?.done(undefined, problem);
  }

  private dismiss(worker: Worker): void {
    worker.terminate();
    this.busy.delete(worker);
    const index = this.idle.indexOf(worker);
    if (index >= 0) this.idle.splice(index, 1);
  }
}
