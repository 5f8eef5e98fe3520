// What the reader has in sight: what is scrolled away can wait for the end of a drag.

/** How far from what is seen a part already counts as seen, so that scrolling does not overtake it. */
const NEAR = "100px";

export class VisibilityTracker {
  readonly #away = new WeakSet<Element>();
  readonly #observer: IntersectionObserver;

  /** `changed` is called when parts came into sight. */
  constructor(parts: Iterable<Element>, changed: () => void) {
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries)
          isIntersecting ? this.#away.delete(target) : this.#away.add(target);
        if (entries.some(({ isIntersecting }) => isIntersecting)) changed();
      },
      { rootMargin: NEAR, scrollMargin: NEAR } as IntersectionObserverInit,
    );
    for (const part of parts) this.#observer.observe(part);
  }

  hides(part: Element): boolean {
    return this.#away.has(part);
  }

  close(): void {
    this.#observer.disconnect();
  }
}
