import { join } from "node:path";
import { isSlug } from "../../topic/grammar.ts";
import { type Access, withAccess } from "../access.ts";
import { renderApplied } from "../apply/command.ts";
import { CommandError, UsageError } from "../failure.ts";
import { serverSettings } from "../folder.ts";
import { openRecorder } from "../measurements/recorder.ts";
import { colors, json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { fleetOf } from "./fleet.ts";
import { DAY_MS, Histories, type HistoryWish } from "./histories.ts";
import { ENDPOINT, Hosted, type HostedWorkspace } from "./hosted.ts";
import { COUNTERS } from "./rows.ts";
import { MigrationState } from "./state.ts";

type Flags = Readonly<Record<string, unknown>>;

const DEFAULT_DAYS = 366;

/** `migrate-from-hosted`: products, fields, devices, then histories in pieces; a second call goes on where the first ended. */
export async function migrate(io: Io, _args: readonly string[], flags: Flags): Promise<number> {
  const settings = serverSettings(io, flags);
  const wish = wishOf(io, flags);
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const hosted = new Hosted({ endpoint: wish.endpoint, token: wish.token, fetch, sleep });
  const from = choose(await hosted.workspaces(), wish.workspace);
  const slug = wish.to ?? from.slug ?? "";
  if (!isSlug(slug)) throw new UsageError("--to: name the workspace here, such as home");
  const [products, devices] = [await hosted.products(from.id), await hosted.devices(from.id)];
  const { moved, applied } = await withAccess(settings, { create: !wish.dryRun }, async (access) => {
    const owner = wish.owner ?? (await administrator(access));
    const planned = fleetOf(from, { slug, owner }, products, devices);
    return { moved: planned, applied: await access.call("apply", { text: planned.text, dryRun: wish.dryRun }) };
  });
  if (flags.json !== true) io.out(renderApplied(applied, colors(io.color)));
  for (const line of moved.left) io.err(`left out: ${visible(line)}\n`);
  const totals = { stored: 0, bad: 0 };
  if (!wish.dryRun && wish.history) {
    const state = new MigrationState(wish.state ?? join(settings.data, `migration-${slug}.json`), from.id);
    const recorder = await openRecorder(io, settings.data, flags);
    try {
      await new Histories(io, hosted, recorder, state, moved, wish, totals).all();
    } finally {
      await recorder.close();
    }
  }
  if (flags.json === true)
    io.out(
      json({
        dry_run: wish.dryRun,
        products: moved.products.length,
        devices: moved.devices.length,
        left_out: moved.left,
        ...totals,
      }),
    );
  else
    io.out(
      `${plural(moved.products.length, "product")}, ${plural(moved.devices.length, "device")}${wish.dryRun ? " would be moved" : ""}; ${plural(totals.stored, "measurement")} stored, ${totals.bad} bad.\n`,
    );
  return totals.bad > 0 ? 1 : 0;
}

/** Who is to own the workspace here: the first administrator. Null: there is none, and it is told at the next start. */
async function administrator(access: Access): Promise<string | null> {
  const all = await access.call("accountList", {});
  return all.find(({ admin }) => admin)?.email ?? null;
}

interface Wish extends HistoryWish {
  readonly owner: string | undefined;
  readonly endpoint: string;
  readonly token: string;
  readonly workspace: string | undefined;
  readonly to: string | undefined;
  readonly history: boolean;
  readonly state: string | undefined;
  readonly dryRun: boolean;
}
function wishOf(io: Io, flags: Flags): Wish {
  const optional = (name: string) => (flags[name] === undefined ? undefined : String(flags[name]));
  const token = optional("token") ?? io.env.HOSTED_TOKEN ?? "";
  if (token === "")
    throw new UsageError("--token is needed, or the variable HOSTED_TOKEN: an access token of the hosted platform");
  const counters = COUNTERS.find((one) => one === (optional("counters") ?? "increases"));
  if (!counters) throw new UsageError(`--counters: use ${COUNTERS.join(", ")}`);
  const until = Date.now();
  const since = optional("since");
  const begin = since === undefined ? until - DEFAULT_DAYS * DAY_MS : Date.parse(since);
  if (Number.isNaN(begin)) throw new UsageError(`--since: "${since}" is no date; write 2025-01-31`);
  return {
    endpoint: optional("endpoint") ?? ENDPOINT,
    token,
    workspace: optional("workspace"),
    to: optional("to"),
    owner: optional("owner"),
    since: begin,
    until,
    counters,
    history: flags.history !== false,
    state: optional("state"),
    dryRun: flags.dryRun === true,
  };
}

/** The workspace that is named, or the only one. @throws CommandError */
function choose(all: readonly HostedWorkspace[], name: string | undefined): HostedWorkspace {
  const list = all.map((one) => `${one.slug ?? one.id} (${one.name})`).join(", ");
  const found =
    name === undefined ? all : all.filter((one) => one.id === name || one.slug === name || one.name === name);
  const [only, ...more] = found;
  if (only && more.length === 0) return only;
  if (all.length === 0) throw new CommandError("this token sees no workspace there");
  throw new CommandError(
    `${name === undefined ? "there are several workspaces" : `no single workspace is called ${name}`}; name one with --workspace: ${list}`,
  );
}
