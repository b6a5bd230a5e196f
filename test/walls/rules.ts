import { posix } from "node:path";
import { type Import, importsOf, linesWith, type Source } from "./source.ts";

/** The rooms and their floors (ARCHITECTURE.md): imports go downward, or stay inside the room. The first match counts. */
const ROOMS: readonly (readonly [prefix: string, floor: number])[] = [
  ["src/store/open.ts", 7],
  ["src/store/sqlite/", 7],
  ["src/store/postgres/", 7],
  ["src/base/", 0],
  ["src/codec/", 1],
  ["src/topic/", 1],
  ["src/measure/", 1],
  ["src/config/", 1],
  ["src/outgoing/", 1],
  ["src/decoders/", 1],
  ["src/templates/", 1],
  ["src/formulas/", 1],
  ["src/networks/", 1],
  ["src/bridges/", 2],
  ["src/homeassistant/", 1],
  ["src/session/", 2],
  ["src/auth/", 2],
  ["src/fleet/", 2],
  ["src/sparkplug/", 2],
  ["src/rules/", 2],
  ["src/store/", 3],
  ["src/ingest/", 4],
  ["src/feed/", 4],
  ["src/history/", 4],
  ["src/people/", 4],
  ["src/fanout/", 5],
  ["src/admin/", 5],
  ["src/integrations/", 5],
  ["src/broker/", 6],
  ["src/http/", 6],
  ["src/listen/", 7],
  ["src/cluster/", 7],
  ["src/app/", 8],
  ["src/app.ts", 8],
  ["src/cli/", 8],
];

/** The rooms of the console (console/README.md), alike; pages do not know one another. */
const CONSOLE_ROOMS: readonly (readonly [prefix: string, floor: number])[] = [
  ["console/src/text/", 0],
  ["console/src/theme/", 0],
  ["console/src/early/", 0],
  ["console/src/api/", 1],
  ["console/src/live/", 2],
  ["console/src/parts/", 3],
  ["console/src/routes/", 3],
  ["console/src/pages/", 4],
  ["console/src/app/", 5],
  ["console/src/main.tsx", 6],
];

/** Neighbours on one floor that may use each other, in this direction. */
const NEIGHBOURS = new Set([
  "src/auth/ -> src/fleet/",
  "src/fleet/ -> src/bridges/",
  "src/fleet/ -> src/rules/",
  "src/feed/ -> src/ingest/",
  "src/admin/ -> src/integrations/",
  "src/cli/ -> src/app.ts",
  "src/app.ts -> src/app/",
  "src/store/open.ts -> src/store/sqlite/",
  "src/store/open.ts -> src/store/postgres/",
  // what both do alike with their rows: fleet, blocks, sealing, reads
  "src/store/postgres/ -> src/store/sqlite/",
]);

/** Words that all rooms share: their types may be used everywhere, since types are gone when the program runs. */
const SHARED_TYPES = /^src\/(?:[a-z]+\/types|store\/ports(?:\/[a-z-]+)?)\.ts$/;

/** The engines behind the ports of the store, and the one place that chooses among them. */
const ENGINE = /^src\/store\/(?:sqlite|postgres|memory)\//;
const CHOOSER = "src/store/open.ts";

const DRIVER = /^(?:bun:sqlite|kysely(?:-.*)?|better-sqlite3|pg|pg-connection-string|postgres)$/;
const BUS = /^@nats-io\//;
const PLATFORM = /^(?:bun|bun:.*|node:.*)$/;
const SOCKETS = /^(?:bun|node:(?:net|tls|dgram|http|https|http2)|ws|mqtt|aedes)$/;

/** What a room must never import, whatever its floor; tests beside the code may. */
const FORBIDDEN_IMPORTS: readonly { in: RegExp; except?: RegExp; what: RegExp; why: string }[] = [
  {
    in: /^src\/(?:codec|topic|measure|networks|homeassistant|bridges|rules|formulas|session)\//,
    what: PLATFORM,
    why: "this room knows no platform",
  },
  {
    in: /^src\//,
    except: /^src\/store\/(?:sqlite|postgres)\//,
    what: DRIVER,
    why: "only the engines of the store name a driver or run SQL",
  },
  { in: /^src\//, except: /^src\/cluster\//, what: BUS, why: "only the room of several nodes names the bus" },
  { in: /^src\/broker\//, what: SOCKETS, why: "the broker knows no sockets" },
];

/** What a room's code must never do; tests beside the code may. */
const FORBIDDEN_CODE: readonly { in: RegExp; except?: RegExp; what: RegExp; why: string }[] = [
  {
    in: /^src\//,
    except: /^src\/listen\//,
    what: /\bBun\.(?:listen|serve|udpSocket)\b|\bcreateServer\s*\(/,
    why: "only src/listen opens a listener",
  },
  {
    in: /^src\/(?:codec|topic|measure|networks|homeassistant|bridges|rules|formulas|session)\//,
    what: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bset(?:Timeout|Interval|Immediate)\b|\bMath\.random\b|\bcrypto\.|\bBun\.|\bprocess\./,
    why: "this room gets time and chance as parameters and knows no platform",
  },
  { in: /^src\/session\//, what: /\bawait\b|\basync\b/, why: "session rules never wait" },
  {
    in: /^src\//,
    except: /^src\/auth\//,
    what: /\b(?:view|record)\.has\(|\bfree\??\.mayReceive\(/,
    why: "Principal.mayView, mayRecord and mayReceive decide who may read or record",
  },
];

/** The packages of package.json. */
interface Packages {
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** Those of console/package.json. */
  readonly console?: readonly string[];
}

/** Every breach of the rules above, one readable line each. */
export function wrongArrows(sources: readonly Source[], packages: Packages): readonly string[] {
  return sources.flatMap((source) => [
    ...(source.path.startsWith("src/") && roomOf(source.path) === undefined
      ? [`${source.path} lies in no room: add its room and floor to test/walls/rules.ts and ARCHITECTURE.md`]
      : []),
    ...importsOf(source.text).flatMap((one) => {
      const why = one.from.startsWith(".")
        ? insideProblem(source.path, one)
        : outsideProblem(source.path, one, packages);
      return why === null ? [] : [`${source.path}:${one.line} imports ${one.from}: ${why}`];
    }),
    ...codeProblems(source),
  ]);
}

/** An import of another file of the repository. */
function insideProblem(path: string, one: Import): string | null {
  const target = posix.join(posix.dirname(path), one.from);
  if (target.startsWith("..")) return "it lies outside the repository";
  const [top] = path.split("/", 1);
  if (top === "test" || top === "bin") return null;
  if (top === "bench") return benchProblem(path, target);
  if (top === "console") return consoleProblem(path, target, one.typeOnly);
  return target.startsWith("src/") ? arrowProblem(path, target, one.typeOnly) : nothingOutside(path, target);
}

function consoleProblem(path: string, target: string, typeOnly: boolean): string | null {
  if (!target.startsWith("console/"))
    return typeOnly && /^(?:src\/http|sdk)\//.test(target)
      ? null
      : "the console knows the server's HTTP API and its types only";
  if (!path.startsWith("console/src/")) return null;
  const [from, to] = [path, target].map((one) => CONSOLE_ROOMS.find(([prefix]) => one.startsWith(prefix)));
  if (from === undefined || to === undefined) return "it lies in no room of the console (test/walls/rules.ts)";
  if (to[1] > from[1]) return `${to[0]} lies above ${from[0]}; imports go downward only`;
  const page = (one: string) => one.slice("console/src/pages/".length).split("/", 1)[0];
  if (from[0] === to[0] && from[0] === "console/src/pages/" && page(path) !== page(target))
    return "pages do not know one another: what two of them need is a part (console/src/parts)";
  return null;
}

/**
 * The benches of the store stand outside, too, but call its port in their own process; an empty handler stands on the listener alone; rows of other nodes have no way in yet but their room's; and the
 * replay after a crash is measured by itself, as what it takes to take sessions over.
 */
function benchProblem(path: string, target: string): string | null {
  if (/^(?:bench|src\/codec|src\/base)\/|^package\.json$/.test(target)) return null;
  if (/^bench\/(?:store\/engines|sql)\//.test(path) && target.startsWith("src/store/")) return null;
  if (path === "bench/sessions/replay.ts" || path === "bench/adoption/run.ts") return null;
  if (path === "bench/follower/run.ts" && /^src\/(?:ingest|store|fleet)\//.test(target)) return null;
  if (path === "bench/http/empty.ts" && target.startsWith("src/listen/")) return null;
  return "load programs stand outside: they may use src/codec and src/base, and nothing else of the server";
}

function nothingOutside(path: string, target: string): string | null {
  if (target === "package.json" || isTest(path)) return null;
  return "the server imports nothing from outside src";
}

function arrowProblem(path: string, target: string, typeOnly: boolean): string | null {
  if (!isTest(path)) {
    if (isTest(target)) return "it is for tests alone";
    if (ENGINE.test(target) && !ENGINE.test(path) && path !== CHOOSER)
      return "only src/store/open.ts names an engine of the store";
  }
  const from = roomOf(path);
  const to = roomOf(target);
  if (from === undefined || to === undefined || from.room === to.room) return null; // reported on its own
  if (to.room === "src/config/" && !(from.floor === 8)) return "settings are handed in by src/app.ts and src/cli";
  if (from.room.startsWith("src/app") && to.room === "src/cli/") return "the server does not know the command line";
  if (typeOnly && SHARED_TYPES.test(target) && from.floor > 0) return null;
  if (to.floor < from.floor || NEIGHBOURS.has(`${from.room} -> ${to.room}`)) return null;
  const direction = to.floor === from.floor ? "is its neighbour" : "lies above";
  return `${to.room} (floor ${to.floor}) ${direction}, and ${from.room} is on floor ${from.floor}; imports go downward only`;
}

/** An import of a package or of the platform. */
function outsideProblem(path: string, one: Import, packages: Packages): string | null {
  if (!isTest(path))
    for (const rule of FORBIDDEN_IMPORTS)
      if (rule.in.test(path) && rule.except?.test(path) !== true && rule.what.test(one.from)) return rule.why;
  if (PLATFORM.test(one.from)) return null;
  const name = one.from.split("/", one.from.startsWith("@") ? 2 : 1).join("/");
  if (path.startsWith("console/") && !isTest(path))
    return packages.console?.includes(name) === true ? null : "console/package.json does not name this package";
  if (packages.dependencies.includes(name)) return null;
  if (!packages.devDependencies.includes(name)) return "package.json does not name this package";
  const shipped = path.startsWith("src/") && !isTest(path);
  return shipped ? "the server may not need a package for development (devDependencies)" : null;
}

function codeProblems({ path, text }: Source): string[] {
  if (isTest(path)) return [];
  return FORBIDDEN_CODE.filter((rule) => rule.in.test(path) && rule.except?.test(path) !== true).flatMap((rule) =>
    linesWith(text, rule.what).map((line) => `${path}:${line} breaks a wall: ${rule.why}`),
  );
}

function roomOf(path: string): { room: string; floor: number } | undefined {
  const found = ROOMS.find(([prefix]) => path.startsWith(prefix));
  return found === undefined ? undefined : { room: found[0], floor: found[1] };
}

/** Tests beside the code, and what only tests use (suites that several bodies run, models, fakes). */
function isTest(path: string): boolean {
  return /\.(?:test|testing|contract|model|fixture)\.tsx?$/.test(path) || path.startsWith("test/");
}
