// The strip over the lower edge of the app: notices about the page, and a download in progress.

import { element } from "./splash.js";

/** Adds a notice below those already shown. Closing the strip removes them all. */
export function notice(text: string): void {
  const [strip, texts] = [element("notice"), element("notice-text")];
  texts.textContent = strip.hidden ? text : `${texts.textContent}\n${text}`;
  strip.hidden = false;
  element("notice-close").onclick = () => {
    strip.hidden = true;
  };
}

/** Shows what is being fetched, with a button that cancels it. */
export function showFetching(cancel: () => void): {
  tell: (what: string, size: string) => void;
  close: () => void;
} {
  const [strip, whatText, sizeText] = [
    element("fetching"),
    element("fetching-what"),
    element("fetching-size"),
  ];
  element("fetching-cancel").onclick = cancel;
  strip.hidden = false;
  return {
    tell(what, size) {
      // Screen readers announce changes of the first text; the size changes all the time.
      if (whatText.textContent !== what) whatText.textContent = what;
      sizeText.textContent = size;
    },
    close() {
      strip.hidden = true;
    },
  };
}
