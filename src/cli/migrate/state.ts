import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { CommandError } from "../failure.ts";

type Reached = { readonly time: string; readonly totals: Readonly<Record<string, number>> };
const SCHEMA = z.object({
  version: z.literal(1),
  workspace: z.string(),
  /** By device: up to which time (ISO 8601) its measurements are stored here, and what its counters have counted till then. */
  devices: z.record(z.string(), z.object({ time: z.string(), totals: z.record(z.string(), z.number()) })),
});

/** A note of how far a workspace is moved; a second call goes on there. */
export class MigrationState {
  private readonly reached = new Map<string, Reached>();

  /** @throws CommandError: the file is something else, or of another workspace */
  constructor(
    private readonly path: string,
    private readonly workspace: string,
  ) {
    if (!existsSync(path)) return;
    const parsed = SCHEMA.safeParse(jsonOf(readFileSync(path, "utf8")));
    if (!parsed.success || parsed.data.workspace !== workspace)
      throw new CommandError(`${path} is no note of moving this workspace: name another file with --state`);
    for (const [device, reached] of Object.entries(parsed.data.devices)) this.reached.set(device, reached);
  }

  of(device: string): Reached | null {
    return this.reached.get(device) ?? null;
  }
  /** Replaces the note in one step. */
  note(device: string, reached: Reached): void {
    this.reached.set(device, reached);
    const devices = Object.fromEntries(this.reached);
    writeFileSync(`${this.path}.part`, JSON.stringify({ version: 1, workspace: this.workspace, devices }), {
      mode: 0o600,
    });
    renameSync(`${this.path}.part`, this.path);
  }
}
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown; // typed any
  } catch {
    return null;
  }
}
