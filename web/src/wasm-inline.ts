// The compiled modules as bytes inside the script, for notebooks and single files.

import desk from "../pkg/widget/desk.wasm";
import fitter from "../pkg/widget/fitter.wasm";

export { desk, fitter };
