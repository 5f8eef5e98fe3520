// The addresses of the compiled modules: files beside this one. `./inline` and the script tag
// replace this file.

/** The address of a module, or its bytes. */
export type Wasm = URL | Uint8Array<ArrayBuffer>;

export const calculator: Wasm = /* @__PURE__ */ new URL(
  "./mixlens-calculator.wasm",
  import.meta.url,
);
export const fitter: Wasm = /* @__PURE__ */ new URL("./mixlens-fitter.wasm", import.meta.url);
