// Types that cross between Rust and TypeScript are generated from Rust and exported here.

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
