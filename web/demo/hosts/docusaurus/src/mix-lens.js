// Registers <mix-lens> in a browser; rendered pages contain the tag and its fallback.
if (globalThis.window) import("mix-lens");
