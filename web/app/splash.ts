// The splash over the app: progress while it loads, and a text if it cannot run or has ended.

/** An element of `index.html`. */
export const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
};

/** Shows the fraction loaded, from 0 to 1. */
export function loading(fraction: number): void {
  (element("progress") as HTMLProgressElement).value = fraction;
  element("splash-text").textContent =
    fraction < 1 ? `Loading ${Math.round(fraction * 100)} %` : "Starting…";
}

/** Covers the app with a text. */
export function showSplash(text: string): void {
  element("splash-text").textContent = text;
  element("progress").hidden = true;
  element("splash").hidden = false;
}

/** Shows the app. */
export function hideSplash(): void {
  element("splash").hidden = true;
}

/**
 * Shows that the app has stopped, with details to copy. Only the first error is shown; later ones
 * follow from it.
 */
export function ended(why: string): void {
  if (document.getElementById("details")) return;
  showSplash(
    "Mixlens stopped because of an internal error. Reload the page to continue; you will be " +
      "offered the work saved in this browser.",
  );
  const details = document.createElement("pre");
  details.id = "details";
  details.tabIndex = 0;
  details.textContent = [
    why,
    new Error().stack,
    document.body.dataset["build"],
    navigator.userAgent,
  ].join("\n");
  const button = (title: string, act: () => unknown): HTMLButtonElement => {
    const control = document.createElement("button");
    control.textContent = title;
    control.addEventListener("click", act);
    return control;
  };
  const buttons = document.createElement("p");
  buttons.append(
    button("Reload", () => location.reload()),
    " ",
    button("Copy details", () => navigator.clipboard.writeText(details.textContent ?? "")),
  );
  element("splash").append(details, buttons);
}
