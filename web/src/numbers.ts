// Numbers as text, in the language of the element.

export class Numbers {
  readonly #formats = new Map<number, Intl.NumberFormat>();

  constructor(readonly language: string | undefined) {}

  #format(decimals: number): Intl.NumberFormat {
    let format = this.#formats.get(decimals);
    if (!format) {
      const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      try {
        format = new Intl.NumberFormat(this.language || undefined, options);
      } catch {
        format = new Intl.NumberFormat("en", options); // Unknown language.
      }
      this.#formats.set(decimals, format);
    }
    return format;
  }

  number(value: number, decimals: number): string {
    return this.#format(decimals).format(value).replace("-", "−");
  }

  percent(part: number): string {
    return `${this.number(100 * part, 1)} %`;
  }

  /** With its sign, unless the value rounds to zero. */
  difference(value: number, decimals: number): string {
    const text = this.number(Math.abs(value), decimals);
    if (!/[1-9]/.test(text.normalize("NFKD")) && Math.abs(value) < 0.5 * 10 ** -decimals)
      return text;
    return `${value < 0 ? "−" : "+"}${text}`;
  }
}
