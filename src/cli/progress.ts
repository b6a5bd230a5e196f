import { colors } from "./text.ts";
import type { Io } from "./types.ts";

const WIDTH = 24;
const EVERY_MS = 100;

/** One line on the terminal that shows how far something is; nothing where no person looks. */
export class Progress {
  private shownAt = Number.NEGATIVE_INFINITY;
  private shown = false;

  /** @param now ms of any clock that goes forward */
  constructor(
    private readonly io: Pick<Io, "err" | "errTerminal" | "color">,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param part 0 to 1; @param text what to say beside it, asked for only when it is shown */
  update(part: number, text: () => string): void {
    if (!this.io.errTerminal) return;
    const now = this.now();
    if (now - this.shownAt < EVERY_MS) return;
    this.shownAt = now;
    this.shown = true;
    const full = Math.round(Math.min(Math.max(part, 0), 1) * WIDTH);
    const c = colors(this.io.color);
    const bar = `${c.cyan("█".repeat(full))}${c.dim("░".repeat(WIDTH - full))}`;
    const percent = `${Math.floor(Math.min(Math.max(part, 0), 1) * 100)} %`.padStart(5);
    this.io.err(`\r${bar} ${percent}  ${text()}\u001b[K`);
  }
  /** Takes the line away, so that something else can be said. */
  clear(): void {
    if (this.shown) this.io.err("\r\u001b[K");
    this.shown = false;
  }
}
