// What a browser must have.

// A module with one function that splats a byte into a vector.
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
]);

/** What can draw, as `?renderer=` names it, and the contexts of the canvas that do. */
export const RENDERERS: Readonly<Record<string, readonly string[]>> = {
  webgl: ["webgl2", "webgl"],
  webgl1: ["webgl"],
  webgl2: ["webgl2"],
};

/** What this browser lacks, in words; nothing when it has everything. */
export function missing(renderer: string | undefined): string | undefined {
  const advice =
    "A current Firefox, Chrome, Edge or Safari has it; the desktop app and the command line need no browser.";
  if (typeof WebAssembly !== "object") {
    return `Mixlens needs WebAssembly, which this browser does not have or which is switched off. ${advice}`;
  }
  if (!WebAssembly.validate(SIMD))
    return `Mixlens needs WebAssembly with SIMD, which this browser does not have. ${advice}`;
  const contexts = RENDERERS[renderer ?? "webgl"] ?? RENDERERS["webgl"] ?? [];
  if (!contexts.some((context) => document.createElement("canvas").getContext(context))) {
    return `Mixlens draws with WebGL${contexts.length === 1 ? ` (?renderer=${renderer})` : ""}, which this browser does not have or which is switched off. ${advice}`;
  }
  return undefined;
}
