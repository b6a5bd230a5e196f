import { textNow } from "../text/index.ts";

/** A value that the server did not take, where it stands, and why. */
export interface BadValue {
  readonly path: string;
  readonly message: string;
}

/** A row of a table that the server did not take, counted from 0. */
export interface BadTableRow {
  readonly row: number;
  readonly field?: string;
  readonly message: string;
}

/** A refusal of the server (RFC 9457): the message says what is wrong and what to do. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    /** Of the server's catalogue (docs/refusals.md); null: not of the server, a proxy's. */
    readonly code: string | null,
    message: string,
    /** Seconds after which another try is welcome, or null. */
    readonly retryAfter: number | null,
    readonly errors: readonly BadValue[],
    /** Of a table: every bad row. */
    readonly rows: readonly BadTableRow[] = [],
  ) {
    super(message);
    this.name = "ApiProblem";
  }

  static async of(answer: Response): Promise<ApiProblem> {
    const body = parsed(await answer.text().catch(() => ""));
    const after = Number(answer.headers.get("Retry-After") ?? Number.NaN);
    const { code, detail, message, errors, rows } = body;
    const told = [detail, message].find((one) => typeof one === "string");
    return new ApiProblem(
      answer.status,
      typeof code === "string" ? code : null,
      typeof told === "string" ? told : `The server answered ${answer.status}.`,
      Number.isNaN(after) ? null : after,
      Array.isArray(errors) ? errors.filter(isBadValue) : [],
      Array.isArray(rows) ? rows.filter(isBadRow) : [],
    );
  }

  private readonly told = new Set<BadValue>();

  /** What is wrong with one value of a form, by its path in the body, in the words of the page; undefined: nothing. Who asks shows it. */
  about(path: string): string | undefined {
    const found = this.errors.filter((one) => one.path === path || one.path.startsWith(`${path}[`));
    for (const one of found) this.told.add(one);
    const texts = found.map(({ message }) => textNow().refusals?.voice(message) ?? message);
    return texts.length === 0 ? undefined : [...new Set(texts)].join(" · ");
  }
  /** The values that nothing on the page has asked about. */
  untold(): readonly BadValue[] {
    return this.errors.filter((one) => !this.told.has(one));
  }
}

function isBadValue(one: unknown): one is BadValue {
  return typeof one === "object" && one !== null && "path" in one && "message" in one;
}

function isBadRow(one: unknown): one is BadTableRow {
  return typeof one === "object" && one !== null && "row" in one && "message" in one && typeof one.row === "number";
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}
