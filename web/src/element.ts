// The element `<mix-lens>`. Nothing runs on import; `define()` registers it.

import { Bars, type Chart, type ChartContext, TernaryMap, TraceLines } from "./charts.js";
import { html, set, setText } from "./dom.js";
import { clipped, download, quoted } from "./download.js";
import { Session, surrogateOf, Trapped, yieldToPage } from "./engine.js";
import { csvFromTable, namesFromText, pairsFromText, weightsFromText } from "./lists.js";
import { Metrics } from "./metrics.js";
import { Numbers } from "./numbers.js";
import { VisibilityTracker } from "./visibility.js";
import { Sliders } from "./sliders.js";
import style from "./style.css";
import { pictureFromSnapshot } from "./picture.js";
import { pngFromSvg } from "./png.js";
import type {
  Calculator,
  Info,
  SupportLevel,
  MetricShown,
  Proposed,
  Search,
  Snapshot,
  SourceFile,
  State,
  Supply,
  Weights,
} from "./types.js";

export type { Info, SupportLevel, MetricShown, Proposed, Search, Snapshot, State, Weights };
export type ExportFormat = "yaml" | "json" | "csv" | "markdown";
export type View = "sliders" | "bars" | "ternary" | "traces";

/** The detail of `ready`, `input` and `change`. */
export interface MixDetail {
  version: 1;
  weights: Weights;
  locked: string[];
  baseline: Weights;
  predictions: MetricShown[];
  support: SupportLevel;
}
/** The detail of `progress`: the part done, from 0 to 1. */
export interface ProgressDetail {
  version: 1;
  what: "fitting" | "searching";
  done: number;
}
/** The detail of `error`; `attribute` names the attribute at fault. */
export interface ErrorDetail {
  version: 1;
  message: string;
  attribute?: string;
}

const VIEWS: readonly View[] = ["sliders", "bars", "ternary", "traces"];
const FORMATS: Record<ExportFormat, string> = {
  yaml: "YAML",
  json: "JSON",
  csv: "CSV",
  markdown: "Markdown table",
};
/** Attributes that configure the calculator, in this order. */
const SETTINGS = [
  "unique-tokens",
  "training-tokens",
  "max-epochs",
  "baseline",
  "objective",
  "weights",
  "locked",
  "state",
] as const;
type Setting = (typeof SETTINGS)[number];
const SUPPORT: Record<SupportLevel, string> = {
  inside: "Inside the training runs",
  edge: "At the edge of the training runs",
  outside: "Outside the training runs, so predictions are extrapolated",
};
/** Distance from the viewport at which an element begins to load. */
const NEAR = "300px";
/** Time before a download shows its progress, in milliseconds. */
const SLOW_MS = 1000;
/** Target time of a step of a search, in milliseconds. */
const STEP_MS = 12;

// Servers also render pages, without a DOM.
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);
let sheet: CSSStyleSheet | undefined;

function styled(root: ShadowRoot): void {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
  }
  root.adoptedStyleSheets = [sheet];
}

export class MixLensElement extends Base {
  static readonly observedAttributes = [
    ...SETTINGS,
    "src",
    "metrics-src",
    "metrics",
    "view",
    "readonly",
    "theme",
    "loading",
    "lang",
    "hash",
  ];

  readonly #root: ShadowRoot;
  readonly #message = html("div", {
    part: "message",
    class: "message",
    role: "alert",
    hidden: true,
  });
  readonly #content = html("div", { part: "content", class: "content", hidden: true });
  readonly #status = html("p", { part: "status", role: "status" });
  readonly #slot = html("slot");
  /** Values set as properties; a later attribute of the same name replaces them. */
  readonly #given = new Map<string, unknown>();
  #data: SourceFile[] | undefined;
  #session: Session | undefined;
  #info: Info | undefined;
  #snapshot: Snapshot | undefined;
  /** The last state, to restore in a calculator that is opened again. */
  #lastState: State | undefined;
  #generation = 0;
  #loaded = false;
  #fetching: AbortController | undefined;
  #observer: IntersectionObserver | undefined;
  #isVisible = true;
  #isDragging = false;
  #visibility: VisibilityTracker | undefined;
  #frame = 0;
  #isBusy = false;
  #numbers = new Numbers(undefined);
  #sliders: Sliders | undefined;
  #metrics: Metrics | undefined;
  #charts: Chart[] = [];
  #buttons: HTMLButtonElement[] = [];
  #export: { select: HTMLSelectElement; text: HTMLTextAreaElement } | undefined;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    styled(this.#root);
    this.#root.append(
      html("div", { part: "frame", class: "frame" }, this.#message, this.#content, this.#slot),
    );
  }

  // Connecting and disconnecting

  connectedCallback(): void {
    // Properties that were set before the element was defined hide the accessors.
    for (const name of Object.keys(this)) {
      const properties = this as unknown as Record<string, unknown>;
      if (!(name in MixLensElement.prototype)) continue;
      const value = properties[name];
      delete properties[name];
      properties[name] = value;
    }
    if (this.#observer) return;
    this.#observer = new IntersectionObserver(
      (entries) => this.#visibilityChanged(entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: NEAR },
    );
    this.#observer.observe(this);
    addEventListener("hashchange", this.#hashChanged);
    if (this.loading === "eager") void this.#load();
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    removeEventListener("hashchange", this.#hashChanged);
    this.#generation += 1;
    this.#fetching?.abort();
    this.#visibility?.close();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#session?.close();
    this.#session = undefined;
    this.#loaded = false;
    this.#isBusy = false;
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    this.#given.delete(name);
    if (name === "src" || name === "metrics-src") {
      this.#data = undefined;
      this.#lastState = undefined;
      if (this.#loaded) void this.#load();
    } else if (name === "loading") {
      if (this.isConnected && after === "eager" && !this.#loaded) void this.#load();
    } else if (name === "theme") {
      if (after !== null && !["auto", "light", "dark"].includes(after))
        this.#report(`expected auto, light or dark, found ${quoted(after)}`, name);
    } else if (SETTINGS.includes(name as Setting)) {
      this.#configure([name as Setting]);
    } else if (this.#info) {
      this.#build();
    }
  }

  #visibilityChanged(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (!isVisible) return;
    if (!this.#loaded) void this.#load();
    else this.#schedule();
  }

  // Loading

  async #files(stop: AbortController): Promise<SourceFile[]> {
    if (this.#data) return this.#data;
    const addresses = [this.src, this.metricsSrc].filter((address): address is string =>
      Boolean(address),
    );
    if (addresses.length > 0) return this.#fetched(addresses, stop);
    const table = this.querySelector("table");
    if (table) return [{ name: "the table in the page", text: csvFromTable(table) }];
    throw new Error(
      "expected something to show, found nothing; give src, or a table of runs inside the element",
    );
  }

  /** The texts of files; a slow download shows its progress and a button that cancels it. */
  async #fetched(addresses: string[], stop: AbortController): Promise<SourceFile[]> {
    const what = html("span", { role: "status" });
    const size = html("span");
    const cancel = html("button", { type: "button", part: "button cancel" }, "Cancel");
    cancel.addEventListener("click", () =>
      stop.abort(new Error("the download was cancelled; reload the page to start it again")),
    );
    const strip = html(
      "div",
      { part: "download", class: "download" },
      what,
      ", ",
      size,
      " ",
      cancel,
    );
    const showing = setTimeout(() => this.#message.after(strip), SLOW_MS);
    try {
      const progress = (fetching: string, received: string): void => (
        setText(what, fetching),
        setText(size, received)
      );
      const files = await download(addresses, this.baseURI, { stop, progress });
      return await Promise.all(
        files.map(async (file) => ({ name: file.name, text: await file.text() })),
      );
    } finally {
      clearTimeout(showing);
      strip.remove();
    }
  }

  async #load(): Promise<void> {
    const generation = ++this.#generation;
    this.#loaded = true;
    this.#fetching?.abort();
    this.#fetching = new AbortController();
    this.setAttribute("aria-busy", "true");
    try {
      const files = await this.#files(this.#fetching);
      const fitted = await surrogateOf(files, (done) => {
        if (generation === this.#generation)
          this.#emit("progress", { version: 1, what: "fitting", done } satisfies ProgressDetail);
      });
      if (generation !== this.#generation) return;
      const session = await Session.open(fitted.text, (calculator) => this.#setUp(calculator));
      if (generation !== this.#generation) return session.close();
      this.#session?.close();
      this.#session = session;
      this.#info = session.use((calculator) => calculator.info());
      this.#show(undefined);
      this.#build();
      this.#paint();
      this.#describe();
      this.#emit("ready", this.#detail());
    } catch (problem) {
      if (generation === this.#generation) this.#fail(problem, "src");
    } finally {
      if (generation === this.#generation) this.removeAttribute("aria-busy");
    }
  }

  /** Configures a calculator that was just opened. */
  #setUp(calculator: Calculator): void {
    this.#info ??= calculator.info();
    for (const setting of SETTINGS) this.#applySetting(calculator, setting);
    try {
      const linked = this.#stateFromHash();
      if (this.#lastState) calculator.restore(this.#lastState);
      else if (linked) calculator.restore(linked);
    } catch (problem) {
      this.#report(messageOf(problem), "hash");
    }
  }

  /** Applies one setting to a calculator; a bad value is reported and leaves it unchanged. */
  #applySetting(calculator: Calculator, setting: Setting): void {
    const given = this.#value(setting);
    if (
      given === undefined &&
      setting !== "baseline" &&
      setting !== "objective" &&
      !setting.includes("-")
    )
      return;
    try {
      const value = plain(given);
      switch (setting) {
        case "weights":
          return calculator.setWeights(
            typeof value === "string" ? weightsFromText(value) : (value as Weights),
          );
        case "locked":
          return calculator.setLocked(
            typeof value === "string" ? namesFromText(value) : (value as string[]),
          );
        case "baseline":
          if (value === undefined) return calculator.setBaselineNamed("default");
          if (typeof value !== "string") return calculator.setBaselineWeights(value as Weights);
          return value.includes(":")
            ? calculator.setBaselineWeights(weightsFromText(value))
            : calculator.setBaselineNamed(value.trim());
        case "objective":
          if (typeof value !== "string") return calculator.setObjective((value ?? {}) as Weights);
          // Names alone have weight 1.
          return calculator.setObjective(
            value.includes(":")
              ? weightsFromText(value)
              : Object.fromEntries(namesFromText(value).map((name) => [name, 1])),
          );
        case "state":
          return calculator.restore(
            typeof value === "string" ? (JSON.parse(value) as State) : (value as State),
          );
        default:
          return calculator.setSupply(this.#supply());
      }
    } catch (problem) {
      if (problem instanceof WebAssembly.RuntimeError) throw problem;
      this.#report(messageOf(problem), setting);
    }
  }

  #supply(): Supply {
    const unique = this.#value("unique-tokens");
    const training = this.#value("training-tokens");
    const epochs = this.#value("max-epochs");
    const tokens =
      typeof unique === "string"
        ? pairsFromText(unique)
        : ((unique ?? {}) as Record<string, number | string>);
    const supply: Supply = {
      uniqueTokens: Object.fromEntries(
        Object.entries(tokens).map(([name, count]) => [name, String(count)]),
      ),
    };
    if (training !== undefined) supply.trainingTokens = String(training);
    if (epochs !== undefined) {
      supply.maxEpochs = Number(epochs);
      if (!(supply.maxEpochs > 0))
        throw new Error(
          `expected a number above zero for max-epochs, found ${quoted(String(epochs))}`,
        );
    }
    return supply;
  }

  #value(name: string): unknown {
    return this.#given.has(name) ? this.#given.get(name) : (this.getAttribute(name) ?? undefined);
  }

  #configure(settings: Setting[]): void {
    if (!this.#session) return;
    this.#withCalculator((calculator) =>
      settings.forEach((setting) => this.#applySetting(calculator, setting)),
    );
    this.#settle();
  }

  // Actions

  /** Uses the calculator; after a trap in another element, once a new instance is ready. */
  #withCalculator<Result>(act: (calculator: Calculator) => Result): Result | undefined {
    const session = this.#session;
    if (!session) return undefined;
    try {
      if (session.isAlive) return session.use(act);
    } catch (problem) {
      if (problem instanceof Trapped) this.#fail(problem);
      else this.#report(messageOf(problem));
      return undefined;
    }
    session.revive().then(
      () => {
        if (session !== this.#session) return;
        this.#withCalculator(act);
        this.#settle();
      },
      (problem: unknown) => this.#fail(problem),
    );
    return undefined;
  }

  #drag(domain: number, to: number): void {
    if (this.readonly) return;
    this.#isDragging = true;
    this.#withCalculator((calculator) => calculator.drag(domain, to));
    this.#refresh();
    this.#emit("input", this.#detail());
  }

  #release(): void {
    this.#withCalculator((calculator) => calculator.release());
    this.#settle();
    this.#emit("change", this.#detail());
  }

  #lock(name: string, isLocked: boolean): void {
    const locked =
      this.#snapshot?.domains
        .filter((domain) => domain.isLocked && domain.name !== name)
        .map((domain) => domain.name) ?? [];
    this.#withCalculator((calculator) =>
      calculator.setLocked(isLocked ? [...locked, name] : locked),
    );
    this.#settle();
    this.#emit("change", this.#detail());
  }

  /** Reads a new snapshot and draws it in the next frame. */
  #refresh(): void {
    this.#snapshot = this.#withCalculator((calculator) => calculator.snapshot()) ?? this.#snapshot;
    this.#schedule();
  }

  /** Saves and announces the state after a change that is not part of a drag. */
  #settle(): void {
    this.#isDragging = false;
    this.#refresh();
    this.#lastState = this.#withCalculator((calculator) => calculator.save()) ?? this.#lastState;
    this.#describe();
    if (this.hasAttribute("hash") && this.#lastState) this.#writeHash(this.#lastState);
  }

  // Drawing

  #schedule(): void {
    if (this.#frame || !this.#isVisible || !this.isConnected) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #shownMetrics(): MetricShown[] {
    const all = this.#snapshot?.metrics ?? [];
    const names = this.#metricNames();
    if (!names) return all;
    return names.flatMap((name) => all.find((metric) => metric.name === name) ?? []);
  }

  #metricNames(): string[] | undefined {
    const value = this.#value("metrics");
    return typeof value === "string"
      ? namesFromText(value)
      : Array.isArray(value)
        ? value.map(String)
        : undefined;
  }

  #build(): void {
    const info = this.#info;
    if (!info || !this.#session) return;
    const known = new Set(info.metrics.map(({ name }) => name));
    const unknown = this.#metricNames()?.filter((name) => !known.has(name)) ?? [];
    if (unknown.length > 0)
      this.#report(
        `no metric has the name ${clipped(unknown.map((name) => `"${name}"`).join(", "))}`,
        "metrics",
      );
    this.#numbers = new Numbers(this.lang || this.closest<HTMLElement>("[lang]")?.lang);
    this.#snapshot = this.#withCalculator((calculator) => calculator.snapshot()) ?? this.#snapshot;
    const context: ChartContext = {
      info,
      numbers: this.#numbers,
      use: (act) => {
        if (!this.#session) throw new Trapped("the calculator was closed");
        return this.#session.use(act);
      },
      changed: () => this.#schedule(),
    };
    const views = this.#views();
    this.#sliders = views.includes("sliders")
      ? new Sliders(info.domains, {
          drag: (domain, to) => this.#drag(domain, to),
          release: () => this.#release(),
          lock: (name, isLocked) => this.#lock(name, isLocked),
        })
      : undefined;
    this.#charts = views.flatMap((view): Chart[] => {
      if (view === "bars") return [new Bars(context)];
      if (view === "traces") return [new TraceLines(context)];
      if (view === "ternary" && info.domains.length >= 3) return [new TernaryMap(context)];
      if (view === "ternary") this.#report("a ternary view needs at least three domains", "view");
      return [];
    });
    this.#metrics = new Metrics(this.#shownMetrics().map(({ name }) => name));
    const parts = [
      this.#sliders?.element,
      ...this.#charts.map(({ element }) => element),
      this.#metrics.element,
    ].filter((part) => part !== undefined);
    this.#content.replaceChildren(...parts, this.#status, this.#actions());
    this.#visibility?.close();
    this.#visibility = new VisibilityTracker(
      [
        ...(this.#sliders?.rows ?? []),
        ...this.#charts.map(({ element }) => element),
        ...this.#metrics.rows,
      ],
      () => this.#schedule(),
    );
    this.#schedule();
  }

  #views(): View[] {
    const requested = this.view.split(/\s+/).filter(Boolean);
    const unknown = requested.filter((name) => !VIEWS.includes(name as View));
    if (unknown.length > 0)
      this.#report(`expected ${VIEWS.join(", ")}, found ${quoted(unknown.join(" "))}`, "view");
    const views = VIEWS.filter((view) => requested.includes(view));
    return views.length > 0 ? views : ["sliders"];
  }

  #actions(): HTMLElement {
    const button = (label: string, part: string, act: () => void): HTMLButtonElement => {
      const element = html("button", { type: "button", part: `button ${part}` }, label);
      element.addEventListener("click", act);
      return element;
    };
    this.#buttons = [
      button("Propose a mixture", "propose", () => void this.propose().catch(() => undefined)),
      button("Reset", "reset", () => this.reset()),
    ];
    const select = html(
      "select",
      { "aria-label": "Format", part: "choice" },
      ...Object.entries(FORMATS).map(([value, name]) => html("option", { value }, name)),
    );
    const text = html("textarea", {
      readonly: true,
      rows: 6,
      "aria-label": "Mixture as text",
      part: "export-text",
      dir: "ltr",
    });
    const details = html(
      "details",
      { part: "export" },
      html("summary", {}, "Export"),
      select,
      text,
    );
    this.#export = { select, text };
    details.addEventListener("toggle", () => this.#writeExport());
    for (const [control, type] of [
      [select, "change"],
      [select, "input"],
      [text, "input"],
    ] as const) {
      control.addEventListener(type, (event) => {
        event.stopPropagation();
        this.#writeExport();
      });
    }
    return html("div", { part: "actions", class: "actions" }, ...this.#buttons, details);
  }

  #writeExport(): void {
    if (!this.#export?.text.closest("details")?.open) return;
    const text = this.#withCalculator((calculator) =>
      calculator.exportText(this.#export?.select.value ?? "yaml"),
    );
    if (text !== undefined && this.#export.text.value !== text) this.#export.text.value = text;
  }

  #paint(): void {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    const isAway = (part: Element): boolean =>
      this.#isDragging && (this.#visibility?.hides(part) ?? false);
    this.#sliders?.show(snapshot, this.#numbers, this.readonly, isAway);
    this.#metrics?.show(this.#shownMetrics(), snapshot, this.#numbers, isAway);
    if (this.#session?.isAlive) {
      try {
        for (const chart of this.#charts) if (!isAway(chart.element)) chart.show(snapshot);
      } catch (problem) {
        this.#fail(problem);
      }
    }
    this.#writeExport();
    for (const button of this.#buttons) set(button, { disabled: this.readonly || this.#isBusy });
  }

  /** The result in a sentence. Not updated during a drag, so that screen readers can finish it. */
  #describe(): void {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    const shown = this.#shownMetrics();
    const count = (verdict: string): number =>
      shown.filter((metric) => metric.says === verdict).length;
    const domains = snapshot.beyondRange.slice(0, 3).join(", ");
    const more = snapshot.beyondRange.length > 3 ? ", …" : "";
    const beyond = domains ? ` (beyond the range of the runs: ${domains}${more})` : "";
    setText(
      this.#status,
      `${SUPPORT[snapshot.support]}${beyond}. Against ${snapshot.baselineName}: ` +
        `${count("better")} better, ${count("worse")} worse, ` +
        `${count("tied")} without clear change.`,
    );
    set(this.#status, { "data-support": snapshot.support });
  }

  /** Shows the tool, or instead a message above the fallback. */
  #show(message: string | undefined): void {
    this.#message.hidden = message === undefined;
    this.#content.hidden = message !== undefined;
    this.#slot.hidden = message === undefined;
    setText(this.#message, message ?? "");
    this.toggleAttribute("data-ready", message === undefined);
  }

  #fail(problem: unknown, attribute?: string): void {
    this.#session?.close();
    this.#session = undefined;
    this.#isBusy = false;
    const message = messageOf(problem);
    this.#show(message);
    this.#report(message, problem instanceof Trapped ? undefined : attribute);
  }

  // Events and state

  #detail(): MixDetail | undefined {
    const snapshot = this.#snapshot;
    if (!snapshot) return undefined;
    const { domains, metrics, support } = snapshot;
    return {
      version: 1,
      weights: Object.fromEntries(domains.map(({ name, proportion }) => [name, proportion])),
      locked: domains.filter(({ isLocked }) => isLocked).map(({ name }) => name),
      baseline: Object.fromEntries(domains.map(({ name, baseline }) => [name, baseline])),
      predictions: structuredClone(metrics),
      support,
    };
  }

  #emit(type: string, detail: MixDetail | ProgressDetail | ErrorDetail | undefined): void {
    if (detail)
      this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
  }

  #report(message: string, attribute?: string): void {
    this.#emit(
      "error",
      attribute === undefined ? { version: 1, message } : { version: 1, message, attribute },
    );
  }

  #hashKey(): string {
    return this.getAttribute("hash") || "mix";
  }

  #stateFromHash(): State | undefined {
    if (!this.hasAttribute("hash")) return undefined;
    const text = new URLSearchParams(location.hash.slice(1)).get(this.#hashKey());
    return text === null ? undefined : (JSON.parse(text) as State);
  }

  #writeHash(state: State): void {
    const pairs = new URLSearchParams(location.hash.slice(1));
    pairs.set(this.#hashKey(), JSON.stringify(state));
    history.replaceState(history.state, "", `#${pairs}`);
  }

  readonly #hashChanged = (): void => {
    try {
      const state = this.#stateFromHash();
      if (state && this.#session) this.restore(state);
    } catch (problem) {
      this.#report(messageOf(problem), "hash");
    }
  };

  // The interface: methods

  /** Mixture, locks and baseline; `undefined` before `ready`. */
  save(): State | undefined {
    return this.#withCalculator((calculator) => calculator.save());
  }

  /**
   * Restores a saved state of this or an older version, whole or not at all. Returns false and
   * dispatches `error` if that fails.
   */
  restore(state: State): boolean {
    const isDone = this.#withCalculator((calculator) => {
      calculator.restore(plain(state));
      return true;
    });
    if (isDone) this.#settle();
    return isDone ?? false;
  }

  /** Resets to the attribute `weights`, or to the baseline. */
  reset(): void {
    this.#withCalculator((calculator) => {
      calculator.reset();
      this.#applySetting(calculator, "weights");
    });
    this.#settle();
    this.#emit("change", this.#detail());
  }

  /** Searches the best predicted mixture with locked domains unchanged, and applies it. */
  async propose(search: Search = {}): Promise<Proposed> {
    const session = this.#session;
    if (!session) throw new Error("expected a loaded element; wait for the event ready");
    if (this.#isBusy) throw new Error("a search is running");
    this.#isBusy = true;
    try {
      await session.revive();
      const settings = plain(search);
      session.use((calculator) => calculator.beginSearch(settings));
      let count = 64;
      for (;;) {
        const start = performance.now();
        const done = session.use((calculator) => calculator.stepSearch(count));
        this.#emit("progress", { version: 1, what: "searching", done });
        if (done >= 1) break;
        count = Math.min(
          4096,
          Math.max(16, Math.round((count * STEP_MS) / Math.max(1, performance.now() - start))),
        );
        await yieldToPage();
        if (session !== this.#session) throw new Error("the element was removed or reloaded");
      }
      const proposed = session.use((calculator) => calculator.finishSearch());
      this.#isBusy = false;
      this.#settle();
      this.#emit("change", this.#detail());
      return proposed;
    } catch (problem) {
      if (problem instanceof Trapped && session === this.#session) this.#fail(problem);
      else this.#report(messageOf(problem));
      throw problem;
    } finally {
      this.#isBusy = false;
      this.#schedule();
    }
  }

  /** The mixture as text; `undefined` before `ready`. */
  exportText(format: ExportFormat = "yaml"): string | undefined {
    return this.#withCalculator((calculator) => calculator.exportText(format));
  }

  /** Mixture and metrics as a self-contained SVG document; `undefined` before `ready`. */
  toSvg(): string | undefined {
    return (
      this.#snapshot && pictureFromSnapshot(this.#snapshot, this.#shownMetrics(), this.#numbers)
    );
  }

  /** The same as a PNG with `scale` pixels per unit of the SVG. */
  async toPng(scale = 2): Promise<Blob | undefined> {
    const text = this.toSvg();
    if (text === undefined) return undefined;
    const picture = await pngFromSvg(text, scale);
    if (!picture) throw new Error("the browser could not draw the picture");
    return picture;
  }

  // The interface: properties

  /** Everything shown, as plain data. */
  get snapshot(): Snapshot | undefined {
    return this.#snapshot && structuredClone(this.#snapshot);
  }
  get predictions(): MetricShown[] | undefined {
    return this.#detail()?.predictions;
  }
  /** File contents instead of `src`: a surrogate file, or the files of a run table. */
  get data(): SourceFile[] | undefined {
    return this.#data;
  }
  set data(files: string | SourceFile[] | undefined) {
    this.#data = typeof files === "string" ? [{ name: "data", text: files }] : files;
    this.#lastState = undefined;
    if (this.#loaded) void this.#load();
  }
  get weights(): Weights | undefined {
    return this.#detail()?.weights ?? (this.#given.get("weights") as Weights | undefined);
  }
  set weights(value: string | Weights | undefined) {
    this.#give("weights", value);
  }
  get locked(): string[] {
    return this.#detail()?.locked ?? namesFromText(this.getAttribute("locked") ?? "");
  }
  set locked(value: string | string[] | undefined) {
    this.#give("locked", value ?? []);
  }
  get baseline(): string | Weights | undefined {
    return this.#value("baseline") as string | Weights | undefined;
  }
  set baseline(value: string | Weights | undefined) {
    this.#give("baseline", value);
  }
  get metrics(): string[] | undefined {
    return this.#metricNames();
  }
  set metrics(value: string | string[] | undefined) {
    const isList = value === undefined || typeof value === "string" || Array.isArray(value);
    if (!isList) this.#report(`expected a list of metrics, found ${typeof value}`, "metrics");
    this.#give("metrics", isList ? value : undefined);
    if (this.#info) this.#build();
  }
  get objective(): string | Weights | undefined {
    return this.#value("objective") as string | Weights | undefined;
  }
  set objective(value: string | Weights | undefined) {
    this.#give("objective", value);
  }
  get uniqueTokens(): string | Record<string, number | string> | undefined {
    return this.#value("unique-tokens") as string | undefined;
  }
  set uniqueTokens(value: string | Record<string, number | string> | undefined) {
    this.#give("unique-tokens", value);
  }
  get trainingTokens(): number | string | undefined {
    return this.#value("training-tokens") as string | undefined;
  }
  set trainingTokens(value: number | string | undefined) {
    this.#give("training-tokens", value);
  }
  get maxEpochs(): number | undefined {
    const value = this.#value("max-epochs");
    return value === undefined ? undefined : Number(value);
  }
  set maxEpochs(value: number | undefined) {
    this.#give("max-epochs", value);
  }
  get state(): State | undefined {
    return this.save();
  }
  set state(value: string | State | undefined) {
    this.#give("state", value);
  }
  get src(): string | null {
    return this.getAttribute("src");
  }
  set src(value: string | null) {
    this.#reflect("src", value);
  }
  get metricsSrc(): string | null {
    return this.getAttribute("metrics-src");
  }
  set metricsSrc(value: string | null) {
    this.#reflect("metrics-src", value);
  }
  get view(): string {
    return this.getAttribute("view") ?? "sliders";
  }
  set view(value: string) {
    this.#reflect("view", value);
  }
  get readonly(): boolean {
    return this.hasAttribute("readonly");
  }
  set readonly(value: boolean) {
    this.toggleAttribute("readonly", Boolean(value));
  }
  get theme(): string {
    return this.getAttribute("theme") ?? "auto";
  }
  set theme(value: string) {
    this.#reflect("theme", value);
  }
  get loading(): "lazy" | "eager" {
    return this.getAttribute("loading") === "eager" ? "eager" : "lazy";
  }
  set loading(value: "lazy" | "eager") {
    this.#reflect("loading", value);
  }
  get hash(): string | null {
    return this.getAttribute("hash");
  }
  set hash(value: string | null) {
    this.#reflect("hash", value);
  }

  #give(name: string, value: unknown): void {
    if (value === undefined) this.#given.delete(name);
    else this.#given.set(name, value);
    if (SETTINGS.includes(name as Setting)) this.#configure([name as Setting]);
  }

  #reflect(name: string, value: string | null | undefined): void {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }
}

/** A value as plain data. Cycles and getters that throw fail here, not inside the calculator. */
function plain<Value>(value: Value): Value {
  if (value === undefined || typeof value === "string") return value;
  return JSON.parse(JSON.stringify(value) ?? "null") as Value;
}

const messageOf = (problem: unknown): string =>
  problem instanceof Error ? problem.message : String(problem);

/** Registers the element, unless it is already registered or there is no DOM. */
export function define(name = "mix-lens"): void {
  const registry = globalThis.customElements as CustomElementRegistry | undefined;
  if (registry && !registry.get(name)) registry.define(name, MixLensElement);
}

declare global {
  interface HTMLElementTagNameMap {
    "mix-lens": MixLensElement;
  }
}
