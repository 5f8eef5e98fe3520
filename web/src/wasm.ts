// Where the compiled modules are: files beside this one. `./inline` and the script tag replace this file.

/** An address to fetch a module from, or its bytes. */
export type Wasm = URL | Uint8Array<ArrayBuffer>;

export const calculator: Wasm = /* @__PURE__ */ new URL(
  "./mixlens-calculator.wasm",
  import.meta.url,
);
export const fitter: Wasm = /* @__PURE__ */ new URL("./mixlens-fitter.wasm", import.meta.url);
