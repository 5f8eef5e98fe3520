// Features that the app needs of a browser.

// A module with one function that splats a byte into a vector.
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
]);

/** The values of `?renderer=`, and the canvas contexts tried for each in this order. */
export const RENDERERS: Readonly<Record<string, readonly string[]>> = {
  webgl: ["webgl2", "webgl"],
  webgl1: ["webgl"],
  webgl2: ["webgl2"],
};

/** A feature that this browser lacks, in words; undefined when it has them all. */
export function missing(renderer: string | undefined): string | undefined {
  const advice =
    "Current versions of Firefox, Chrome, Edge and Safari support it. " +
    "The desktop app and the command line need no browser.";
  if (typeof WebAssembly !== "object") {
    return `Mixlens needs WebAssembly, which is missing or disabled in this browser. ${advice}`;
  }
  if (!WebAssembly.validate(SIMD))
    return `Mixlens needs WebAssembly with SIMD, which this browser does not support. ${advice}`;
  const contexts = RENDERERS[renderer ?? "webgl"] ?? RENDERERS["webgl"] ?? [];
  if (!contexts.some((context) => document.createElement("canvas").getContext(context))) {
    const asked = contexts.length === 1 ? ` (?renderer=${renderer})` : "";
    const feature = `WebGL${asked}`;
    return `Mixlens draws with ${feature}, which is missing or disabled in this browser. ${advice}`;
  }
  return undefined;
}
