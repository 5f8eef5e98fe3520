// A native range input and a lock for each domain.

import { html, set, setText } from "./dom.js";
import type { Numbers } from "./numbers.js";
import type { Snapshot } from "./types.js";

export interface SliderActions {
  drag(domain: number, to: number): void;
  release(): void;
  lock(name: string, isLocked: boolean): void;
}

interface Row {
  element: HTMLElement;
  input: HTMLInputElement;
  output: HTMLElement;
  note: HTMLElement;
  lock: HTMLButtonElement;
}

export class Sliders {
  readonly element = html("div", { part: "mixture", role: "group", "aria-label": "Mixture" });
  readonly #rows: Row[];

  constructor(names: string[], actions: SliderActions) {
    this.#rows = names.map((name, index) => this.#row(name, index, actions));
  }

  get rows(): HTMLElement[] {
    return this.#rows.map(({ element }) => element);
  }

  #row(name: string, index: number, actions: SliderActions): Row {
    const id = `domain-${index}`;
    const input = html("input", { type: "range", min: 0, max: 100, step: 0.1, id, part: "slider" });
    const output = html("output", { for: id, part: "proportion", class: "box number" });
    const note = html("span", { part: "note", class: "note" });
    const lock = html("button", {
      type: "button",
      part: "lock",
      "aria-label": `Lock ${name}`,
      "aria-pressed": "false",
    });
    // The element dispatches its events; those of its inputs stay inside.
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      actions.drag(index, input.valueAsNumber / 100);
    });
    input.addEventListener("change", (event) => {
      event.stopPropagation();
      actions.release();
    });
    input.addEventListener("keydown", (event) => this.#key(event, input, index, actions));
    lock.addEventListener("click", () =>
      actions.lock(name, lock.getAttribute("aria-pressed") !== "true"),
    );
    const label = html("label", { for: id, part: "label", title: name }, name);
    const element = html("div", { part: "row", class: "row" }, label, input, output, lock, note);
    this.element.append(element);
    return { element, input, output, note, lock };
  }

  /**
   * Arrow keys move by one point, with Shift by a tenth, Page keys by ten; Home and End move to the
   * ends.
   */
  #key(event: KeyboardEvent, input: HTMLInputElement, index: number, actions: SliderActions): void {
    if (event.ctrlKey || event.metaKey || event.altKey || input.disabled) return;
    const forward = getComputedStyle(input).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const step = event.shiftKey ? 0.1 : 1;
    const steps: Record<string, number> = {
      ArrowUp: step,
      ArrowDown: -step,
      ArrowLeft: -step,
      ArrowRight: step,
      PageUp: 10,
      PageDown: -10,
      Home: -100,
      End: 100,
    };
    if (forward === "ArrowLeft") [steps["ArrowLeft"], steps["ArrowRight"]] = [step, -step];
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    // Applied at once, because the next key may come before the next frame.
    input.valueAsNumber = Math.min(100, Math.max(0, input.valueAsNumber + by));
    actions.drag(index, input.valueAsNumber / 100);
    actions.release();
  }

  /** Updates all rows except those out of view. */
  show(
    snapshot: Snapshot,
    numbers: Numbers,
    isReadonly: boolean,
    isAway: (row: Element) => boolean,
  ): void {
    set(this.element, { "data-epochs": snapshot.domains.some(({ epochs }) => epochs !== null) });
    snapshot.domains.forEach((domain, index) => {
      const row = this.#rows[index];
      if (!row || isAway(row.element)) return;
      const percent = numbers.percent(domain.proportion);
      const isOver = domain.cap !== null && domain.proportion > domain.cap + 1e-9;
      const epochs =
        domain.epochs === null
          ? ""
          : `${numbers.number(domain.epochs, 2)} epochs${isOver ? ", over the cap" : ""}`;
      const value = String(Math.round(1000 * domain.proportion) / 10);
      if (row.input.value !== value) row.input.value = value;
      const isFixed = isReadonly || domain.isLocked;
      if (row.input.disabled !== isReadonly) row.input.disabled = isReadonly;
      set(row.input, {
        "aria-valuetext": [`${domain.name} ${percent}`, domain.isLocked ? "locked" : "", epochs]
          .filter(Boolean)
          .join(", "),
        "data-fixed": isFixed,
      });
      setText(row.output, percent);
      setText(row.note, epochs);
      set(row.note, { "data-over": isOver });
      set(row.lock, { "aria-pressed": String(domain.isLocked), disabled: isReadonly });
    });
  }
}
