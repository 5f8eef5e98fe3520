// Everything in one file with the compiled modules, for notebooks and single-file pages.

export { open, Trapped } from "./core.js";
export * from "./index.js";
