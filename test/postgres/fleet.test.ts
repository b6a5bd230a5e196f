import { afterAll, describe, expect, test } from "bun:test";
import { Refusal } from "../../src/base/errors.ts";
import type { AccountChange } from "../../src/store/ports.ts";
import { PostgresDataStore } from "../../src/store/postgres/data/store.ts";
import { PostgresFleetStore } from "../../src/store/postgres/fleet/store.ts";
import { have } from "../run/have.ts";
import { newSchema, startPostgres, type TestPostgres } from "../run/postgres.ts";
import { until } from "../run/until.ts";
import { FleetNode } from "./fleet-node.ts";

const SLUGS = ["a", "b", "c", "d"];
const EMAIL = "ada@example.com";

/** A node decides at random on what it knows, and never makes what it sees. */
async function play({ service, directory }: FleetNode, next: (n: number) => number, rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    const slug = SLUGS[next(SLUGS.length)] as string;
    const name = `${next(1000)}`;
    await service.edit(({ drafts }) => {
      const workspace = directory.workspaceBySlug(slug);
      const product = directory.product(`p-${slug}`);
      if (workspace === undefined) drafts.push({ kind: "workspace", op: "put", row: { uid: 0, slug, name } });
      else if (product === undefined) drafts.push({ kind: "product", op: "put", row: productOf(workspace.uid, slug) });
      else if (next(8) === 0) drafts.push({ kind: "workspace", op: "delete", uid: workspace.uid });
      else {
        const id = `d${next(3)}`;
        const device = product.devicesById.get(id);
        const row = { uid: device?.row.uid ?? 0, product: product.row.uid, id, name, serial: null, tags: [] };
        if (device && next(2) === 0) drafts.push({ kind: "device", op: "delete", uid: device.row.uid });
        else drafts.push({ kind: "device", op: "put", row });
      }
    });
  }
}
function productOf(workspace: number, slug: string) {
  const retention = { days: 90, rollups: {} };
  const row = { retainLastValues: false, publishBackfill: true, boolText: "True" as const, retention };
  return { ...row, uid: 0, workspace, slug: `p-${slug}`, name: slug };
}
function randomOf(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % n;
  };
}
const codeOf = (why: unknown): string => (why instanceof Refusal ? why.code : String(why));

if (have("postgresql"))
  describe("the fleet of several nodes on one PostgreSQL", async () => {
    const server: TestPostgres = await startPostgres({ fsync: "off" });
    const nodes: FleetNode[] = [];
    const stores: PostgresDataStore[] = [];
    afterAll(async () => {
      await Promise.all(nodes.map((node) => node.end()));
      await Promise.all(stores.map((store) => store.close()));
      await server.remove();
    });
    /** A schema with the tables, of which a server has the data. */
    const place = async (): Promise<string> => {
      const schema = newSchema();
      const store = new PostgresDataStore({ address: server.address(schema) });
      await store.open();
      stores.push(store);
      return schema;
    };
    const nodeOf = async (schema: string, id: number, isThread = false): Promise<FleetNode> => {
      const node = await FleetNode.of(server, schema, id, isThread);
      nodes.push(node);
      return node;
    };
    const equal = (some: readonly FleetNode[]) =>
      until("all know the same", () => new Set(some.map(({ revisions }) => revisions.known)).size === 1);

    test("comes to the same on all, whoever changes it, and so does who starts then; no slug is there twice", async () => {
      const schema = await place();
      const seed = Date.now() % 1_000_000;
      const three = await Promise.all([11, 12, 13].map((id) => nodeOf(schema, id, id === 13)));
      const [one, two, quiet] = three as [FleetNode, FleetNode, FleetNode];
      await Promise.all([play(one, randomOf(seed), 40), play(two, randomOf(seed + 1), 40)]);
      await equal(three);
      const later = await nodeOf(schema, 14);
      for (const node of [two, quiet, later]) expect({ seed, rows: node.rows }).toEqual({ seed, rows: one.rows });
      for (const node of nodes) expect(node.failures).toEqual([]);
      // uids go on where any node stopped
      await quiet.service.edit(({ drafts }) => {
        drafts.push({ kind: "user", op: "put", row: { uid: 0, email: EMAIL, admin: false } });
      });
      await equal([...three, later]);
      expect(later.directory.userByEmail(EMAIL)).toEqual(quiet.directory.userByEmail(EMAIL));
    });

    test("a link that two nodes want to use at the same moment works for one", async () => {
      const schema = await place();
      const pair = [await nodeOf(schema, 21), await nodeOf(schema, 22)] as const;
      const [one, two] = pair;
      await one.service.edit(({ drafts }) => {
        drafts.push({ kind: "user", op: "put", row: { uid: 0, email: EMAIL, admin: true } });
      });
      const user = one.directory.userByEmail(EMAIL)?.uid ?? 0;
      const link = { kind: "setup", created: 1, expires: 9e15, user, email: null, workspace: null } as const;
      await one.store.accounts.change([{ op: "link_put", link: { ...link, hash: "l", role: null, by: null } }]);
      await equal(pair);
      const outcomes = await Promise.allSettled(
        pair.map(({ store }) => store.revisions?.decide(() => store.accounts.change([{ op: "link_take", hash: "l" }]))),
      );
      const refused = outcomes.flatMap((o) => (o.status === "rejected" ? [codeOf(o.reason)] : []));
      expect(refused).toEqual(["link_over"]);
      // what is decided on a login that another node has changed since is decided again
      const steps: number[] = [];
      const use = async ({ store }: FleetNode): Promise<void> =>
        store.revisions?.decide(async () => {
          const known = await store.accounts.login(user);
          const totpStep = (known?.totpStep ?? 0) + 1;
          await store.accounts.change([{ op: "login_put", login: loginOf(user, totpStep) }]);
          steps.push(totpStep);
        }, true);
      await Promise.all(Array.from({ length: 6 }, (_, i) => use(pair[i % 2] as FleetNode)));
      expect(steps.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
      expect((await two.store.accounts.login(user))?.totpStep).toBe(6);
    });

    test("what one node does of sign-ins takes effect on all in one order; no password is told, and a node that is gone changes nothing", async () => {
      const schema = await place();
      const pair = [await nodeOf(schema, 31), await nodeOf(schema, 32)] as const;
      const [one, two] = pair;
      await one.service.edit(({ drafts }) => {
        drafts.push({ kind: "user", op: "put", row: { uid: 0, email: EMAIL, admin: true } });
      });
      const user = one.directory.userByEmail(EMAIL)?.uid ?? 0;
      const hear = two.deafen();
      const put = (hash: string): AccountChange => ({ op: "sign_in_put", signIn: signInOf(hash, user) });
      await one.store.accounts.change([put("first"), { op: "login_put", login: loginOf(user, 1) }]);
      const { known } = one.revisions;
      // it does not know of the first one, which goes with it all the same
      const all = two.store.accounts.change([{ op: "sign_ins_delete", user, except: null }]);
      await until("it is stored", async () => {
        const [head] = await server.sql(`SELECT rev FROM ${schema}.fleet_head`);
        return Number(head?.rev) === known + 1;
      });
      await one.store.accounts.change([put("second")]);
      hear();
      await all;
      await equal(pair);
      expect(two.accounts.map(({ op }) => op)).toEqual(["sign_in_put", "sign_ins_delete", "sign_in_put"]);
      expect(two.accounts).toEqual(one.accounts);
      const told = await server.sql(
        `SELECT convert_from(substring(body FROM 20 FOR length(body) - 23), 'LATIN1') AS text FROM ${schema}.log`,
      );
      expect(told.some(({ text }) => String(text).includes("second"))).toBe(true);
      expect(told.filter(({ text }) => /argon|totp|SECRET/.test(String(text)))).toEqual([]);

      await server.sql(`UPDATE ${schema}.node SET alive = 0 WHERE id = 32`);
      const late = await two.store.accounts.change([put("zombie")]).then(() => "done", codeOf);
      const edit = await two.service
        .edit(({ drafts }) => {
          drafts.push({ kind: "user", op: "delete", uid: user });
        })
        .then(() => "done", codeOf);
      expect([late, edit]).toEqual(["storage_unavailable", "storage_unavailable"]);
      expect((await one.store.accounts.signIns()).map(({ hash }) => hash)).toEqual(["second"]);
    });

    test("what is decided is decided again only when that was changed on which it was decided", async () => {
      const schema = await place();
      const pair = [await nodeOf(schema, 61), await nodeOf(schema, 62)] as const;
      const [one, two] = pair;
      const make = (node: FleetNode, email: string) =>
        node.service.edit(({ drafts }) => {
          drafts.push({ kind: "user", op: "put", row: { uid: 0, email, admin: true } });
        });
      await make(one, EMAIL);
      await equal(pair);
      const user = one.directory.userByEmail(EMAIL)?.uid ?? 0;
      const meanwhile = {
        "a browser signs in": () => two.store.accounts.change([{ op: "sign_in_put", signIn: signInOf("s", user) }]),
        "a password changes": () => two.store.accounts.change([{ op: "login_put", login: loginOf(user, 1) }]),
        "the fleet changes": () => make(two, `${one.revisions.known}@example.com`),
      };
      const tries: unknown[] = [];
      for (const [what, happens] of Object.entries(meanwhile))
        for (const onPeople of [false, true]) {
          let tried = 0;
          const decided = one.revisions.decide(async () => {
            if (++tried === 1) await happens();
            if (onPeople) await one.store.accounts.change([{ op: "login_put", login: loginOf(user, 2) }]);
            else
              await one.store.commit([
                { kind: "workspace", op: "put", row: { uid: 0, slug: `w${tries.length}`, name: "" } },
              ]);
          }, onPeople);
          await decided;
          await equal(pair);
          tries.push([what, onPeople, tried]);
        }
      expect(tries).toEqual([
        ["a browser signs in", false, 1],
        ["a browser signs in", true, 1],
        ["a password changes", false, 1],
        ["a password changes", true, 2],
        ["the fleet changes", false, 2],
        ["the fleet changes", true, 2],
      ]);
    });

    test("who had the fleet for itself before changes nothing of it any more, and who is stopped amid a change holds up no commit", async () => {
      const schema = await place();
      const fatal: Error[] = [];
      const alone = new PostgresFleetStore(server.address(schema), { onFatal: (error) => fatal.push(error) });
      await alone.open();
      const node = await nodeOf(schema, 51);
      await node.store.accounts.change([{ op: "sign_in_used", hash: "", lastUsed: 0 }]);
      const row = { uid: 0, slug: "zombie", name: "zombie" };
      expect(await alone.commit([{ kind: "workspace", op: "put", row }]).then(() => "done", codeOf)).toBe(
        "storage_unavailable",
      );
      expect(fatal).toHaveLength(1);
      await alone.close();
      // a server that does not go on has the fleet, and the log goes on
      const free = await server.hold(`UPDATE ${schema}.fleet_head SET rev = rev`);
      const edit = node.service.edit(({ drafts }) => {
        drafts.push({ kind: "workspace", op: "put", row: { uid: 0, slug: "waits", name: "waits" } });
      });
      await until("it waits", async () => {
        const waiting = await server.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
        return waiting.length === 1;
      });
      await node.record();
      await free();
      await edit;
      expect(node.directory.workspaceBySlug("waits")).toBeDefined();
    });

    test("a commit whose answer is lost is asked for, and is there once", async () => {
      const schema = await place();
      const pair = [await nodeOf(schema, 41), await nodeOf(schema, 42)] as const;
      const [one, two] = pair;
      const make = (node: FleetNode, slug: string) =>
        node.service.edit(({ drafts }) => {
          drafts.push({ kind: "workspace", op: "put", row: { uid: 0, slug, name: slug } });
        });
      await make(one, "before");
      // the log's number is not given to anybody: both wait in the last words of their transactions
      const free = await server.hold(`UPDATE ${schema}.head SET seq = seq`);
      const cut = make(one, "cut");
      const waiting = () =>
        server.sql(
          `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'SELECT end_fleet%'`,
        );
      await until("it waits", async () => (await waiting()).length === 1);
      const behind = make(two, "behind");
      const [{ pid } = {}] = await waiting();
      const lost = await server.sql(`SELECT pg_terminate_backend(${pid}, 5000)`);
      expect(lost).toHaveLength(1);
      await free();
      // the connection ended before it was stored: it is known not to be there
      expect(await cut.then(() => "done", codeOf)).toBe("storage_unavailable");
      await behind;
      await make(one, "cut");
      await equal(pair);
      for (const node of pair)
        expect([...node.directory.workspaces()].map(({ slug }) => slug).sort()).toEqual(["before", "behind", "cut"]);
      expect(pair.flatMap(({ failures }) => failures)).toEqual([]);
    });
  });

function loginOf(user: number, totpStep: number) {
  return {
    ...{ user, password: "$argon2id$", passwordSet: 1, totpSecret: "SECRET", totpConfirmed: true },
    ...{ totpStep, recoveryCodes: [] },
  };
}
function signInOf(hash: string, user: number) {
  return { hash, user, created: 1, lastUsed: 1, expires: 9e15, address: "::1", agent: "" };
}
