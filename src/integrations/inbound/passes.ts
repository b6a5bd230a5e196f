import type { PassPut, PassQuery, StoredPass, StoreOp } from "../../store/ports.ts";
import type { PassBody } from "./pass-types.ts";

/** Passes that each list keeps. */
const LISTED = 100;
/** Passes of all lists, and bytes of them. */
const MOST = 50_000;
const MOST_BYTES = 256 * 1024 * 1024;
/** Passes of one list, and of all, that one commit writes: of a flood the newest are enough. */
const MOST_OF_ONE = 100;
const MOST_AT_ONCE = 1000;
/** Commits of passes from one look at the bound to the next. */
const BOUND_EVERY = 16;

/** A pass that is not written yet. */
interface Passed extends Omit<PassPut, "body"> {
  /** Made when it is written, if it is: of a flood most are not. */
  readonly body: () => PassBody;
}
/** A pass as it is read. */
interface ReadPass extends Omit<StoredPass, "body"> {
  readonly body: PassBody;
}

interface Needs {
  /** Does operations in a commit that comes soon. */
  operation(op: StoreOp): void;
  /** Resolves when what was handed over is durable. */
  durable(): Promise<void>;
  read(query: PassQuery): Promise<StoredPass[]>;
}

/**
 * The last passes of each product and device. They are written behind, about once a second: a crash forgets the last of
 * them, and nothing waits for them.
 */
export class Passes {
  /** By list, newest last. */
  private pending = new Map<string, Passed[]>();
  private commits = 0;

  constructor(private readonly needs: Needs) {}

  note(pass: Passed): void {
    const key = `${pass.workspace} ${pass.product}`;
    const list = this.pending.get(key);
    if (list === undefined) this.pending.set(key, [pass]);
    else if (list.push(pass) >= MOST_OF_ONE * 2) list.splice(0, list.length - MOST_OF_ONE);
  }

  /** Hands over what came since; call it about once a second. */
  flush(): void {
    if (this.pending.size === 0) return;
    const rows: PassPut[] = [...this.pending.values()]
      .flatMap((list) => list.slice(-MOST_OF_ONE))
      .sort((a, b) => a.time - b.time)
      .slice(-MOST_AT_ONCE)
      .flatMap((pass) => written(pass) ?? []);
    this.pending = new Map();
    const bound = ++this.commits % BOUND_EVERY === 0 ? { bound: { most: MOST, bytes: MOST_BYTES } } : {};
    this.needs.operation({ op: "passes_put", rows, listed: LISTED, ...bound });
  }

  /** Newest first, what came just now with it. @throws Refusal (rejects) storage_unavailable */
  async read(query: PassQuery): Promise<ReadPass[]> {
    if (this.pending.size > 0) {
      this.flush();
      await this.needs.durable();
    }
    const rows = await this.needs.read(query);
    return rows.map(({ body, ...row }) => ({ ...row, body: JSON.parse(body) as PassBody })); // as `flush` wrote it
  }

  /** Products and devices that are gone take theirs along. */
  drop(list: "product" | "device" | "workspace", owners: readonly number[]): void {
    if (list === "product")
      for (const [key, [pass]] of this.pending) if (pass && owners.includes(pass.product)) this.pending.delete(key);
    if (owners.length > 0) this.needs.operation({ op: "passes_drop", list, owners });
  }
}

/** Null: there is something in it that JSON has no form for. Nobody may be held up by what is only noted. */
function written(pass: Passed): PassPut | null {
  try {
    return { ...pass, body: JSON.stringify(pass.body()) };
  } catch {
    return null;
  }
}
