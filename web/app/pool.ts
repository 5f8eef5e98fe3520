// Workers with an instance of a module each. One that is stopped, traps or dies is thrown away, and a new one made.

import { Told } from "./fetched.js";
import { built } from "./module.js";

/** What a worker sends: a fraction done, that it lives, a result, or what went wrong, in words. */
export type FromWorker = number | { lock: string } | { result: string } | { problem: string };

/** What a worker gets after its module. */
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

/** Numbers jobs, whatever workers do them. */
let last = 0;

/** Why there is no result of a worker that is gone. */
export function died(why: string): string {
  return `the worker ended before it was done (${why}); try again`;
}

export class Pool {
  private readonly idle: Worker[] = [];
  private readonly busy = new Map<Worker, Job & { number: number }>();
  /** Jobs whose module has not arrived, by number. */
  private readonly waiting = new Map<number, Job>();

  /** Workers run a script of this build. Each gets the module, if there is one; so many stay for the next job. */
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
    // A job that was cancelled meanwhile waits no more.
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
      this.lose(worker, died(event.message || "it could not be started; is there a network?"));
    };
    if (module) worker.postMessage(module);
    return worker;
  }

  private hear(worker: Worker, data: FromWorker): void {
    const job = this.busy.get(worker);
    if (typeof data === "number") {
      job?.progress(data);
    } else if ("lock" in data) {
      // The worker holds this lock as long as it lives: whoever gets it after that knows.
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
    const place = this.idle.indexOf(worker);
    if (place >= 0) this.idle.splice(place, 1);
  }
}
