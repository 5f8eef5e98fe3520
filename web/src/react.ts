// The element as a React component, for React 17 and newer. Server rendering gives the tag and its
// fallback.

import {
  createElement,
  type CSSProperties,
  type ForwardedRef,
  forwardRef,
  type ReactNode,
  useEffect,
  useImperativeHandle,
  useRef,
} from "react";
import {
  define,
  type ErrorDetail,
  type MixDetail,
  type MixLensElement,
  type ProgressDetail,
} from "./element.js";

type Given = Partial<
  Pick<
    MixLensElement,
    | "src"
    | "metricsSrc"
    | "baseline"
    | "weights"
    | "locked"
    | "metrics"
    | "objective"
    | "uniqueTokens"
    | "trainingTokens"
    | "maxEpochs"
    | "view"
    | "readonly"
    | "theme"
    | "loading"
    | "state"
    | "hash"
    | "data"
  >
>;

export interface MixLensProps extends Given {
  lang?: string;
  className?: string;
  style?: CSSProperties;
  id?: string;
  /** The fallback table. */
  children?: ReactNode;
  onReady?: (detail: MixDetail) => void;
  onInput?: (detail: MixDetail) => void;
  onChange?: (detail: MixDetail) => void;
  onProgress?: (detail: ProgressDetail) => void;
  onError?: (detail: ErrorDetail) => void;
}

const EVENTS = {
  ready: "onReady",
  input: "onInput",
  change: "onChange",
  progress: "onProgress",
  error: "onError",
} as const;

/** `<mix-lens>` with React properties and events; the ref is the element. */
export const MixLens = forwardRef(function MixLens(
  props: MixLensProps,
  ref: ForwardedRef<MixLensElement>,
) {
  const {
    children,
    className,
    style,
    id,
    lang,
    onReady,
    onInput,
    onChange,
    onProgress,
    onError,
    ...given
  } = props;
  const element = useRef<MixLensElement>(null);
  const latest = useRef(props);
  const before = useRef<Record<string, unknown>>({});
  latest.current = props;
  useImperativeHandle(ref, () => element.current as MixLensElement);
  useEffect(() => {
    define();
    const target = element.current;
    const ends = Object.entries(EVENTS).map(([type, name]) => {
      const forward = (event: Event): void => {
        if (event.target === target)
          (latest.current[name] as ((detail: unknown) => void) | undefined)?.(
            (event as CustomEvent<unknown>).detail,
          );
      };
      target?.addEventListener(type, forward);
      return () => target?.removeEventListener(type, forward);
    });
    return () => ends.forEach((end) => end());
  }, []);
  // Only changed values: setting the weights again would undo the changes of the reader.
  useEffect(() => {
    for (const [name, value] of Object.entries(given)) {
      if (Object.is(before.current[name], value)) continue;
      before.current[name] = value;
      if (element.current) (element.current as unknown as Record<string, unknown>)[name] = value;
    }
  });
  return createElement("mix-lens", { ref: element, class: className, style, id, lang }, children);
});
