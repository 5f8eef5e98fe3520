// Which parts are in view: parts scrolled away can wait for the end of a drag.

/** Distance from the view within which a part counts as in view, so that scrolling shows no gap. */
const NEAR = "100px";

export class VisibilityTracker {
  readonly #hidden = new WeakSet<Element>();
  readonly #observer: IntersectionObserver;

  /** `changed` is called when parts come into view. */
  constructor(parts: Iterable<Element>, changed: () => void) {
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries)
          isIntersecting ? this.#hidden.delete(target) : this.#hidden.add(target);
        if (entries.some(({ isIntersecting }) => isIntersecting)) changed();
      },
      { rootMargin: NEAR, scrollMargin: NEAR } as IntersectionObserverInit,
    );
    for (const part of parts) this.#observer.observe(part);
  }

  hides(part: Element): boolean {
    return this.#hidden.has(part);
  }

  close(): void {
    this.#observer.disconnect();
  }
}
