// A worker: the app's own instance, which does one job after the other.

import { initSync, work } from "../pkg/mixlens.js";
import type { ToWorker } from "./pool.js";
import { serve } from "./serve.js";

serve<WebAssembly.Module | ToWorker>((data) => {
  if (!(data instanceof WebAssembly.Module)) return work(data.request, data.names, data.files);
  initSync({ module: data });
  return undefined;
});
