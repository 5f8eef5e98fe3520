// What covers the app: progress while it loads, and words where it cannot run or has ended.

/** An element of `index.html`. */
export const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
};

/** Shows how far loading is, from 0 to 1. */
export function loading(fraction: number): void {
  (element("progress") as HTMLProgressElement).value = fraction;
  element("splash-text").textContent =
    fraction < 1 ? `Loading ${Math.round(fraction * 100)} %` : "Starting…";
}

/** Covers the app with words. */
export function showSplash(text: string): void {
  element("splash-text").textContent = text;
  element("progress").hidden = true;
  element("splash").hidden = false;
}

/** Shows the app. */
export function hideSplash(): void {
  element("splash").hidden = true;
}

/** Says that the app has ended, with details to copy; the first time only, what follows is its consequence. */
export function ended(why: string): void {
  if (document.getElementById("details")) return;
  showSplash(
    "Mixlens has ended because of a mistake of its own. Load the page again to go on; what was kept in this browser is offered then.",
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
    const own = document.createElement("button");
    own.textContent = title;
    own.addEventListener("click", act);
    return own;
  };
  const buttons = document.createElement("p");
  buttons.append(
    button("Load again", () => location.reload()),
    " ",
    button("Copy details", () => navigator.clipboard.writeText(details.textContent ?? "")),
  );
  element("splash").append(details, buttons);
}
