// The windows around this page.

/**
 * Whether a window around this page, however far out, is of another origin. What such a window chose, the address of this
 * page above all, must not lead to anything that only this origin may read.
 */
export function isFramedByOthers(): boolean {
  for (let around: Window = window; around !== around.parent;) {
    around = around.parent;
    try {
      // A foreign window throws, or gives a frame that it calls `origin`.
      if (around.origin !== self.origin) return true;
    } catch {
      return true;
    }
  }
  return false;
}
