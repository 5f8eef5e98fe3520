// A place in this browser for one page, where a study outlives a crash.

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
    private readonly place: string,
    readonly left: string | undefined,
  ) {}

  /** Claims a place, one with something to recover before any other; none where the browser keeps nothing. */
  static async claim(): Promise<Store | undefined> {
    try {
      const request = indexedDB.open("mixlens", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      const base = await settled(request);
      const used = (await settled(base.transaction(TABLE).objectStore(TABLE).getAllKeys())).map(
        String,
      );
      const all = Array.from({ length: MAX_PAGES }, (_, number) => `untitled-${number + 1}`);
      for (const place of [...used, ...all.filter((name) => !used.includes(name))]) {
        if (await hold(`mixlens ${place}`)) {
          const left: unknown = await settled(
            base.transaction(TABLE).objectStore(TABLE).get(place),
          );
          return new Store(base, place, typeof left === "string" ? left : undefined);
        }
      }
    } catch (problem) {
      console.warn("nothing is kept in this browser:", problem);
    }
    return undefined;
  }

  async keep(text: string): Promise<void> {
    await settled(
      this.base.transaction(TABLE, "readwrite").objectStore(TABLE).put(text, this.place),
    );
  }

  async kept(): Promise<string> {
    const text: unknown = await settled(
      this.base.transaction(TABLE).objectStore(TABLE).get(this.place),
    );
    return String(text);
  }

  async forget(): Promise<void> {
    await settled(this.base.transaction(TABLE, "readwrite").objectStore(TABLE).delete(this.place));
  }
}
