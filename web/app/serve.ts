// What every worker does: it says that it lives, and answers a message with a result or with what went wrong.

import { Told } from "./fetched.js";
import { died, type FromWorker } from "./pool.js";

const send = (message: FromWorker): void => postMessage(message);

/** Tells how far the work is, from 0 to 1. */
export const progress = (fraction: number): void => send(fraction);

/** Answers messages, the first of which may need no answer. */
export function serve<Message>(
  act: (message: Message) => string | undefined | Promise<string>,
): void {
  if ("locks" in navigator) {
    const lock = `mixlens worker ${crypto.randomUUID()}`;
    const held = navigator.locks.request(lock, () => {
      send({ lock });
      return new Promise<void>(() => undefined);
    });
    // A browser may deny locks to frames of other sites; then a worker that dies is only missed.
    held.catch(() => undefined);
  }
  self.onmessage = async ({ data }: MessageEvent<Message>) => {
    try {
      const result = await act(data);
      if (result !== undefined) send({ result });
    } catch (problem) {
      send({ problem: problem instanceof Told ? problem.message : died(String(problem)) });
    }
  };
}
