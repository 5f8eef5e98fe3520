import BrowserOnly from "@docusaurus/BrowserOnly";
import { lazy, Suspense, useState } from "react";

const MixLens = lazy(async () => ({ default: (await import("mix-lens/react")).MixLens }));

/** A widget, and a sentence that follows it. */
function Trade({ children, ...given }) {
  const [detail, setDetail] = useState();
  const code = detail?.weights.code;
  const loss = detail?.predictions.find(({ name }) => name === "code_loss")?.value;
  return (
    <>
      <Suspense fallback={children}>
        <MixLens {...given} onReady={setDetail} onInput={setDetail} onChange={setDetail}>
          {children}
        </MixLens>
      </Suspense>
      {detail && (
        <p id="sentence">
          With {(100 * code).toFixed(1)} % code, the predicted loss on code is{" "}
          {loss.toFixed(3)} nats.
        </p>
      )}
    </>
  );
}

export default function TradeInBrowser(props) {
  return <BrowserOnly fallback={props.children}>{() => <Trade {...props} />}</BrowserOnly>;
}
