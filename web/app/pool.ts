// Workers with an instance of a module each. One that is stopped, traps or dies is thrown away, and a new one made.

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

  /** Workers run a script of this build. Each gets the module, if there is one; so many stay for the next job. */
  constructor(
    private readonly script: "worker" | "reader",
    private readonly mostIdle: number,
    private readonly module?: WebAssembly.Module,
  ) {}

  run(message: ToWorker, job: Job): number {
    const worker = this.idle.pop() ?? this.hire();
    const number = ++last;
    this.busy.set(worker, { ...job, number });
    worker.postMessage(
      message,
      message.files.flatMap((file) => (typeof file === "string" ? [] : [file.buffer])),
    );
    return number;
  }

  cancel(number: number): void {
    for (const [worker, job] of this.busy) if (job.number === number) this.dismiss(worker);
  }

  private hire(): Worker {
    const worker = new Worker(built(this.script), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.hear(worker, data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.lose(worker, died(event.message || "it could not be started; is there a network?"));
    };
    if (this.module) worker.postMessage(this.module);
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
      if (this.idle.length < this.mostIdle) this.idle.push(worker);
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
