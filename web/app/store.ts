// A slot in this browser's storage for one page, where a study survives a crash.

const TABLE = "kept";
const MAX_PAGES = 16;

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser's storage failed"));
  });
}

/** Holds a lock until the page ends; false while another page holds it. */
function hold(name: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const held = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise<void>(() => undefined) : undefined;
    });
    held.catch(reject);
  });
}

export class Store {
  private constructor(
    private readonly base: IDBDatabase,
    private readonly slot: string,
    readonly left: string | undefined,
  ) {}

  /**
   * Claims a slot, preferably one with a study to recover; undefined where the browser has no
   * storage.
   */
  static async claim(): Promise<Store | undefined> {
    try {
      const request = indexedDB.open("mixlens", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      const base = await settled(request);
      const used = (await settled(base.transaction(TABLE).objectStore(TABLE).getAllKeys())).map(
        String,
      );
      const all = Array.from({ length: MAX_PAGES }, (_, number) => `untitled-${number + 1}`);
      for (const slot of [...used, ...all.filter((name) => !used.includes(name))]) {
        if (await hold(`mixlens ${slot}`)) {
          const left: unknown = await settled(base.transaction(TABLE).objectStore(TABLE).get(slot));
          return new Store(base, slot, typeof left === "string" ? left : undefined);
        }
      }
    } catch (problem) {
      console.warn("unsaved work cannot be stored in this browser:", problem);
    }
    return undefined;
  }

  async keep(text: string): Promise<void> {
    await settled(
      this.base.transaction(TABLE, "readwrite").objectStore(TABLE).put(text, this.slot),
    );
  }

  async kept(): Promise<string> {
    const text: unknown = await settled(
      this.base.transaction(TABLE).objectStore(TABLE).get(this.slot),
    );
    return String(text);
  }

  async forget(): Promise<void> {
    await settled(this.base.transaction(TABLE, "readwrite").objectStore(TABLE).delete(this.slot));
  }
}
