// Types that cross the border are written by Rust; the rest of what users of the package see is here.

export type {
  Calculator,
  DomainShown,
  Info,
  SupportLevel,
  MetricShown,
  Proposed,
  Search,
  Snapshot,
  State,
  Supply,
  Ternary,
  Traces,
  Weights,
} from "../pkg/widget/types/calculator.js";
export type { Fitter, SourceFile } from "../pkg/widget/types/fitter.js";
