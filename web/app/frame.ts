// The windows around this page.

/**
 * Whether any window around this page is of another origin. Such a window may have chosen the
 * address of this page, which then must not lead to anything that only this origin may read.
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
