// Registers <mix-lens> where there is a browser; the pages that are made before have its tag and the fallback.
if (globalThis.window) import("mix-lens");
