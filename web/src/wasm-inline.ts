// The compiled modules as bytes inside the script, for notebooks and single files.

import calculator from "../pkg/widget/calculator.wasm";
import fitter from "../pkg/widget/fitter.wasm";

export { calculator, fitter };
