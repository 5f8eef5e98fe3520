// What the page does for the app: `Host` in crates/mixlens-app/src/platform/web/host.rs.

import { MAX_FILE_BYTES } from "../src/download.js";
import { pngFromSvg } from "../src/png.js";
import { ended } from "./splash.js";
import type { TextView } from "./text-view.js";
import { Pool } from "./pool.js";
import type { Store } from "./store.js";

export class Host {
  private readonly pool: Pool;
  /**
   * Workers for jobs that read tokenizers. Their memory grows with the samples and never shrinks,
   * so each worker does one job only.
   */
  private readonly readers = new Pool("reader", 0);

  /** The size of the largest file that is read, in bytes. */
  readonly maxFileBytes = MAX_FILE_BYTES;

  /**
   * `jobs`: the module of the workers, fetched after the first frame. `keeps`: whether unsaved work
   * is kept in this browser, in `store` if the browser has one.
   */
  constructor(
    jobs: () => Promise<WebAssembly.Module>,
    readonly keeps: boolean,
    private readonly store: Store | undefined,
    private readonly plain: TextView,
  ) {
    this.pool = new Pool("worker", 2, jobs);
  }

  run(
    readsTokenizers: boolean,
    request: string,
    names: string[],
    files: (Uint8Array | string)[],
    progress: (fraction: number) => void,
    done: (result: string | undefined, problem: string | undefined) => void,
  ): number {
    return (readsTokenizers ? this.readers : this.pool).run(
      { request, names, files },
      { progress, done },
    );
  }

  cancel(number: number): void {
    this.pool.cancel(number);
    this.readers.cancel(number);
  }

  pick(accept: string, many: boolean): Promise<File[]> {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", accept, multiple: many });
    return new Promise((resolve) => {
      input.onchange = () => resolve([...(input.files ?? [])]);
      input.oncancel = () => resolve([]);
      input.click();
    });
  }

  download(name: string, content: BlobPart): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content]));
    link.download = name;
    link.click();
    // The download has begun by then.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  async downloadPng(name: string, svg: string, scale: number): Promise<void> {
    const picture = await pngFromSvg(svg, scale);
    if (!picture) throw new Error("this browser cannot draw the plot; save it as SVG");
    this.download(name, picture);
  }

  async keep(study: string): Promise<void> {
    if (!this.store)
      throw new Error("this browser cannot store unsaved work; save the study as a file");
    await this.store.keep(study);
  }

  async kept(): Promise<string> {
    return (await this.store?.kept()) ?? "";
  }

  forget(): void {
    // A copy that cannot be removed is offered for recovery once more than needed.
    this.store?.forget().catch(() => undefined);
  }

  get left(): string | undefined {
    return this.store?.left;
  }

  get address(): string {
    return location.href.split("#", 1)[0] ?? location.href;
  }

  show(plain: string): void {
    this.plain.show(plain);
  }

  panicked(why: string): void {
    ended(why);
  }
}
