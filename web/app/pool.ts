// Workers with an instance of the app each. One that is stopped, traps or dies is thrown away, and a new one made.

import { built } from "./module.js";

/** What a worker sends: a fraction done, that it lives, a result, or what went wrong. */
export type FromWorker = number | { lock: string } | { result: string } | { problem: string };

/** What a worker gets after the compiled app. */
export interface ToWorker {
  request: string;
  names: string[];
  files: Uint8Array[];
}

interface Job {
  progress: (fraction: number) => void;
  done: (result: string | undefined, problem: string | undefined) => void;
}

/** Workers that wait for the next job. */
const MOST_IDLE = 2;

export class Pool {
  private readonly idle: Worker[] = [];
  private readonly busy = new Map<Worker, Job & { number: number }>();
  private last = 0;

  constructor(private readonly module: WebAssembly.Module) {}

  run(message: ToWorker, job: Job): number {
    const worker = this.idle.pop() ?? this.hire();
    const number = ++this.last;
    this.busy.set(worker, { ...job, number });
    worker.postMessage(message, message.files.map((file) => file.buffer));
    return number;
  }

  cancel(number: number): void {
    for (const [worker, job] of this.busy) if (job.number === number) this.dismiss(worker);
  }

  private hire(): Worker {
    const worker = new Worker(built("worker"), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.hear(worker, data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.lose(worker, event.message || "it could not be started");
    };
    worker.postMessage(this.module);
    return worker;
  }

  private hear(worker: Worker, data: FromWorker): void {
    const job = this.busy.get(worker);
    if (typeof data === "number") {
      job?.progress(data);
    } else if ("lock" in data) {
      // The worker holds this lock as long as it lives: whoever gets it after that knows.
      void navigator.locks.request(data.lock, () => this.lose(worker, "the browser stopped it"));
    } else if ("result" in data) {
      this.busy.delete(worker);
      if (this.idle.length < MOST_IDLE) this.idle.push(worker);
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
