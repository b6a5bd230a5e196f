import { Turns } from "../../../base/turns.ts";
import type { Written } from "../../revisions.ts";
import type { FleetCommit } from "./commit.ts";

/**
 * A commit on its way to the fleet worker: as text, since of a hundred thousand rows a message of objects takes four times as long, most of
 * it on the main thread; and in pieces, since making that text would be a long turn of its own.
 */
export interface PackedCommit {
  /** Which commit: pieces of another one that was never finished are thrown away. */
  readonly no: number;
  /** JSON: some of the commit's changes and of its audit entries; in the last piece all else of it. */
  readonly text: string;
}

/** Rows and entries of one piece. */
const AT_ONCE = 500;

type Send = (method: "part" | "commit", piece: PackedCommit) => Promise<unknown>;

/** The side that sends. */
export class Packer {
  private last = 0;

  constructor(private readonly send: Send) {}

  /** Resolves, or rejects, as the worker's commit does. Nobody may commit another before. */
  async commit({ changes, audit, ...rest }: FleetCommit): Promise<Written | null> {
    const no = ++this.last;
    const turns = new Turns();
    const sent: Promise<unknown>[] = [];
    const cuts: { changes: readonly unknown[]; audit: readonly unknown[] }[] = [];
    for (let i = 0; i < changes.length; i += AT_ONCE) cuts.push({ changes: changes.slice(i, i + AT_ONCE), audit: [] });
    for (let i = 0; i < audit.length; i += AT_ONCE) cuts.push({ changes: [], audit: audit.slice(i, i + AT_ONCE) });
    const isShort = changes.length + audit.length <= AT_ONCE;
    for (const cut of isShort ? [] : cuts) {
      const answer = this.send("part", { no, text: JSON.stringify(cut) });
      answer.catch(() => {}); // told below, with the others
      sent.push(answer);
      if (turns.over) await turns.next();
    }
    const text = JSON.stringify(isShort ? { ...rest, changes, audit } : { ...rest, changes: [], audit: [] });
    const last = this.send("commit", { no, text });
    await Promise.all([...sent, last]);
    return (await last) as Written | null; // as FleetDesk.commit answers
  }
}

/** The side that receives. */
export class Unpacker {
  private no = 0;
  private parts: Pick<FleetCommit, "changes" | "audit">[] = [];

  part({ no, text }: PackedCommit): void {
    if (no !== this.no) this.parts = [];
    this.no = no;
    this.parts.push(JSON.parse(text)); // as Packer made it
  }
  /** The whole, with its last piece. */
  whole({ no, text }: PackedCommit): FleetCommit {
    const parts = no === this.no ? this.parts : [];
    this.parts = [];
    const last = JSON.parse(text) as FleetCommit; // as above
    return {
      ...last,
      changes: [...parts.flatMap(({ changes }) => changes), ...last.changes],
      audit: [...parts.flatMap(({ audit }) => audit), ...last.audit],
    };
  }
}
