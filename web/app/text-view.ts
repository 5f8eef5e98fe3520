// The window as tables, for screen readers and for users who prefer them to the canvas.

import type { Domain, PageRequest, TextView as TextContent, Tokenizer } from "../pkg/mixlens.js";

export type { PageRequest, TextContent };

/**
 * How long the state must stay unchanged before it is written to the address, in milliseconds;
 * browsers limit how often an address may change.
 */
const REST = 500;

export class TextView {
  private readonly pane = need<HTMLElement>("plain");
  private readonly status = section("status", "Now");
  private readonly jobs = section("jobs");
  private readonly dialog = section("dialog");
  private readonly mixture = section("mixture", "Mixture");
  private readonly metrics = section("metrics", "Predicted metrics");
  private readonly proposal = section("proposal", "Proposal");
  private readonly tokenizer = section("tokenizer", "Tokenizer");
  private readonly notices = section("notices", "Notices");
  private readonly commands = section("commands", "Commands");
  private readonly parts = new Map<HTMLElement, string>();
  latest: TextContent | undefined;
  private resting = 0;
  private isDragging = false;

  constructor(private readonly request: (request: PageRequest) => void) {
    this.status.setAttribute("role", "status");
    this.pane.append(
      this.status,
      this.jobs,
      this.dialog,
      this.mixture,
      this.metrics,
      this.proposal,
      this.tokenizer,
      this.notices,
      this.commands,
    );
    const toggle = need<HTMLButtonElement>("toggle");
    toggle.addEventListener("click", () => {
      this.pane.hidden = !this.pane.hidden;
      toggle.setAttribute("aria-expanded", String(!this.pane.hidden));
      this.draw();
    });
  }

  /** Shows the present state of the window. */
  show(text: string): void {
    const plain = JSON.parse(text) as TextContent;
    if (plain.isModified && plain.link !== this.latest?.link) {
      clearTimeout(this.resting);
      this.resting = setTimeout(() => history.replaceState(null, "", `#${plain.link}`), REST);
    }
    this.latest = plain;
    this.draw();
  }

  private draw(): void {
    const plain = this.latest;
    if (!plain || this.pane.hidden) return;
    const working = plain.jobs.map((job) => job.title);
    this.part(this.status, [plain.title, plain.runs, plain.message, working], () =>
      statusParts(plain, working),
    );
    this.drawJobs(plain.jobs);
    this.part(this.dialog, [plain.preview, plain.question], () => this.dialogParts(plain));
    this.drawMixture(plain.domains);
    this.part(this.metrics, [plain.metrics, plain.support], () => metricParts(plain));
    this.part(this.proposal, plain.proposal, () => this.proposalParts(plain.proposal));
    this.part(this.tokenizer, plain.tokenizer, () => tokenizerParts(plain.tokenizer));
    this.part(this.notices, plain.notices, () => [list(plain.notices)]);
    this.part(this.commands, plain.commands, () => [this.commandParts(plain.commands)]);
  }

  /** Refills a part when `shown` has changed. A part without content is hidden. */
  private part(part: HTMLElement, shown: unknown, fill: () => Node[]): void {
    const key = JSON.stringify(shown);
    if (this.parts.get(part) === key) return;
    this.parts.set(part, key);
    const heading = part.querySelector("h2[data-fixed]");
    const filled = fill();
    part.replaceChildren(...(heading ? [heading] : []), ...filled);
    part.hidden = filled.every((node) => node.textContent === "");
  }

  /** The progress of jobs. Only the bars change while jobs run, so the buttons keep the focus. */
  private drawJobs(jobs: TextContent["jobs"]): void {
    this.part(
      this.jobs,
      jobs.map((job) => job.id),
      () =>
        jobs.map((job) => {
          const bar = make("progress", { max: 1, ariaLabel: job.title });
          return make(
            "p",
            {},
            `${job.title} `,
            bar,
            " ",
            this.button("Cancel", { ask: "cancel", job: job.id }),
          );
        }),
    );
    const bars = this.jobs.querySelectorAll("progress");
    jobs.forEach(({ fraction }, index) => {
      const bar = bars[index];
      if (bar && fraction !== null) bar.value = fraction;
    });
  }

  private dialogParts({ preview, question }: TextContent): Node[] {
    if (question) {
      const answers = question.answers.map((title, index) =>
        this.button(title, { ask: "answer", index }),
      );
      return [make("h2", {}, question.title), make("p", {}, question.text), ...answers];
    }
    if (!preview) return [];
    const found = preview.problem
      ? [make("p", { className: "problem" }, preview.problem)]
      : [
          make("p", {}, `${preview.runs} runs`),
          make("p", {}, `Domains: ${preview.domains.join(", ")}`),
          make("p", {}, `Metrics: ${preview.metrics.join(", ")}`),
        ];
    const count = preview.rejected.length;
    const title = count > 0 ? `Import without the ${count} rejected` : "Import";
    return [
      make("h2", {}, `Import ${preview.files.join(", ")}`),
      list(preview.layout),
      ...found,
      list([...preview.rejected, ...preview.notices]),
      ...(preview.problem ? [] : [this.button(title, { ask: "import" })]),
      this.button("Close", { ask: "close_import" }),
    ];
  }

  private drawMixture(domains: Domain[]): void {
    this.part(
      this.mixture,
      domains.map(({ name }) => name),
      () => {
        const rows = domains.map(({ name }, domain) => this.mixtureRow(name, domain));
        return [table(["Domain", "Proportion", "", "Baseline", "Epochs", "Locked"], rows)];
      },
    );
    const rows = this.mixture.querySelectorAll("tbody tr");
    domains.forEach((domain, index) => {
      const row = rows[index];
      const slider = row?.querySelector<HTMLInputElement>('input[type="range"]');
      const lock = row?.querySelector<HTMLInputElement>('input[type="checkbox"]');
      if (!row || !slider || !lock) return;
      if (!(this.isDragging && slider === document.activeElement))
        slider.valueAsNumber = domain.proportion * 100;
      slider.disabled = domain.isLocked;
      slider.setAttribute("aria-valuetext", domain.text);
      lock.checked = domain.isLocked;
      [domain.text, domain.baseline, domain.epochs].forEach((text, column) => {
        const cell = row.querySelectorAll("td.number")[column];
        if (cell && cell.textContent !== text) cell.textContent = text;
      });
    });
  }

  private mixtureRow(name: string, domain: number): HTMLElement {
    const slider = make("input", {
      type: "range",
      min: "0",
      max: "100",
      step: "0.01",
      ariaLabel: `${name} proportion`,
    });
    slider.addEventListener("input", () => {
      if (!this.isDragging) this.request({ ask: "drag_begin" });
      this.isDragging = true;
      this.request({ ask: "proportion", domain, to: slider.valueAsNumber / 100 });
    });
    slider.addEventListener("change", () => {
      this.isDragging = false;
      this.request({ ask: "drag_end" });
    });
    const lock = make("input", { type: "checkbox", ariaLabel: `Lock ${name}` });
    lock.addEventListener("change", () =>
      this.request({ ask: "lock", domain, is_locked: lock.checked }),
    );
    const number = (): HTMLElement => make("td", { className: "number" });
    const label = make("th", { scope: "row" }, name);
    return make(
      "tr",
      {},
      label,
      make("td", {}, slider),
      number(),
      number(),
      number(),
      make("td", {}, lock),
    );
  }

  private proposalParts(proposal: TextContent["proposal"]): Node[] {
    if (!proposal) return [];
    const rows = proposal.map(([name, text]) => row(name, text));
    return [
      table(["Domain", "Proportion"], rows),
      this.button("Show the proposal", { ask: "show_proposal" }),
    ];
  }

  private commandParts(titles: string[]): Node {
    const choice = make(
      "select",
      { ariaLabel: "Command" },
      ...titles.map((title) => make("option", {}, title)),
    );
    const run = make("button", { type: "button" }, "Run");
    run.addEventListener("click", () => this.request({ ask: "run", title: choice.value }));
    return make("p", {}, choice, " ", run);
  }

  private button(title: string, request: PageRequest): HTMLButtonElement {
    const element = make("button", { type: "button" }, title);
    element.addEventListener("click", () => this.request(request));
    return element;
  }
}

/** The status that is announced: the study, the last message and running jobs without progress. */
function statusParts(plain: TextContent, working: string[]): Node[] {
  const summary =
    plain.runs > 0
      ? `${plain.title}: ${plain.runs} runs, ${plain.domains.length} domains`
      : plain.title;
  const work = working.length > 0 ? [make("p", {}, `Working: ${working.join(", ")}`)] : [];
  return [make("p", {}, summary), make("p", { id: "message" }, plain.message ?? ""), ...work];
}

function metricParts(plain: TextContent): Node[] {
  if (plain.metrics.length === 0) return [];
  const rows = plain.metrics.map((metric) =>
    row(metric.name, metric.text, metric.baseline, metric.difference),
  );
  return [
    table(["Metric", "Predicted", "Baseline", "Difference"], rows),
    make("p", {}, `Predicted by ${plain.surrogate}; the mixture lies ${plain.support}`),
  ];
}

/** A tokenizer, the samples to explain it, and the result: a table for each kind of category. */
function tokenizerParts(tokenizer: Tokenizer | null): Node[] {
  if (!tokenizer) return [];
  const titles = [
    "Category",
    tokenizer.of,
    "90 % interval",
    "Other estimates",
    "Bytes per token",
    "Tokens per word",
  ];
  const tables = tokenizer.groups.flatMap(({ title, text, categories }) => {
    const rows = categories.map((category) =>
      row(
        category.name,
        category.text,
        category.interval,
        category.estimates,
        category.bytesPerToken,
        category.tokensPerWord,
      ),
    );
    return [make("h3", {}, `${title}, ${text}`), table(titles, rows)];
  });
  const { name, format, problem } = tokenizer;
  const samples =
    tokenizer.asked.join(", ") || "none; drop text samples, or choose built-in categories";
  return [
    make("p", {}, format ? `${name}, ${format}` : name),
    ...(problem ? [make("p", { className: "problem" }, problem)] : []),
    make("p", {}, `${tokenizer.isRunning ? "Estimating categories" : "Categories"}: ${samples}`),
    ...tables,
    list(tokenizer.words),
  ];
}

function need<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found as T;
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function section(name: string, title?: string): HTMLElement {
  const element = make("section", { id: `plain-${name}`, className: name });
  if (title) {
    const heading = make("h2", {}, title);
    heading.dataset["fixed"] = "";
    element.append(heading);
  }
  return element;
}

function table(titles: string[], rows: HTMLElement[]): HTMLElement {
  const head = make("tr", {}, ...titles.map((title) => make("th", { scope: "col" }, title)));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
}

function row(name: string, ...texts: string[]): HTMLElement {
  const cells = texts.map((text) => make("td", { className: "number" }, text));
  return make("tr", {}, make("th", { scope: "row" }, name), ...cells);
}

function list(texts: string[]): HTMLElement {
  return make("ul", {}, ...texts.map((text) => make("li", {}, text)));
}
