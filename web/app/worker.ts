// A worker: an instance of the module that fits and searches, which does one job after the other.

import { initSync, work } from "../pkg/jobs.js";
import type { ToWorker } from "./pool.js";
import { serve } from "./serve.js";

serve<WebAssembly.Module | ToWorker>((data) => {
  if (!(data instanceof WebAssembly.Module)) return work(data.request, data.names, data.files);
  initSync({ module: data });
  return undefined;
});
