// A worker: the app's own instance, which does one job after the other.

import { initSync, work } from "../pkg/mixlens.js";
import type { FromWorker, ToWorker } from "./pool.js";

const send = (message: FromWorker): void => postMessage(message);

if ("locks" in navigator) {
  const lock = `mixlens worker ${crypto.randomUUID()}`;
  void navigator.locks.request(lock, () => {
    send({ lock });
    return new Promise<void>(() => undefined);
  });
}

self.onmessage = ({ data }: MessageEvent<WebAssembly.Module | ToWorker>) => {
  try {
    if (data instanceof WebAssembly.Module) initSync({ module: data });
    else send({ result: work(data.request, data.names, data.files) });
  } catch (problem) {
    send({ problem: String(problem) });
  }
};
