// The message loop of every worker: it holds a lock while it lives, and answers each message with a
// result or a problem.

import { Told } from "./fetched.js";
import { died, type FromWorker } from "./pool.js";

const send = (message: FromWorker): void => postMessage(message);

/** Reports the fraction done, from 0 to 1. */
export const progress = (fraction: number): void => send(fraction);

/** Answers messages with the result of `act`; an undefined result is not sent. */
export function serve<Message>(
  act: (message: Message) => string | undefined | Promise<string>,
): void {
  if ("locks" in navigator) {
    const lock = `mixlens worker ${crypto.randomUUID()}`;
    const held = navigator.locks.request(lock, () => {
      send({ lock });
      return new Promise<void>(() => undefined);
    });
    // A browser may deny locks to frames of other sites. The death of a worker then goes unnoticed,
    // and its job stays until it is cancelled.
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
