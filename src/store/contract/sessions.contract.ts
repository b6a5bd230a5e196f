import { expect, test } from "bun:test";
import { batchOf } from "../data.model.ts";
import type { StoredSession, StoredSubscription, StoreOp } from "../ports.ts";
import type { World } from "./world.contract.ts";

const subscription = (filter: string, more: Partial<StoredSubscription> = {}): StoredSubscription => ({
  filter,
  qos: 1,
  noLocal: false,
  retainAsPublished: true,
  retainHandling: 2,
  identifier: 7,
  sinceSeq: 3,
  ...more,
});
const session = (id: number, more: Partial<StoredSession> = {}): StoredSession => ({
  id,
  principal: `u:${id}`,
  clientId: `client ${id}`,
  version: 5,
  expiry: 3600,
  created: 1_700_000_000_000_000,
  disconnectedAt: null,
  will: null,
  ...more,
});

/** SessionStore. @param isShared several nodes may share it */
export function sessionsContract(world: World, isShared: boolean): void {
  test("a session's rows come back as they were put, and a second put keeps floor, state and subscriptions", async () => {
    const will = new Uint8Array([1, 2, 3]);
    const state = new Uint8Array(4096).subarray(10, 14).fill(9);
    const body = new Uint8Array(100).subarray(50, 60).fill(5);
    await world.store.commit({
      count: 0,
      blob: null,
      ops: [
        { op: "session_put", session: session(4, { will, version: 3 }) },
        { op: "session_put", session: session(5) },
        { op: "subscription_put", session: 4, subscription: subscription("b/#") },
        { op: "subscription_put", session: 4, subscription: subscription("a/+", { noLocal: true, qos: 2 }) },
        { op: "subscription_put", session: 4, subscription: subscription("gone") },
        { op: "checkpoint", session: 4, floor: 12, state },
        { op: "chunk_put", session: 4, firstSeq: 10, count: 5, deadlineMax: 99, upTo: 14, body },
        { op: "chunk_put", session: 4, firstSeq: 1, count: 9, deadlineMax: 0, upTo: 3, body },
        { op: "chunk_put", session: 4, firstSeq: 15, count: 1, deadlineMax: 0, upTo: 3, body },
      ],
    });
    const again = session(4, { disconnectedAt: 77, version: 3 });
    await world.store.commit(
      batchOf(
        [],
        [
          { op: "session_put", session: again },
          { op: "subscription_delete", session: 4, filter: "gone" },
          { op: "subscription_put", session: 4, subscription: subscription("b/#", { qos: 0 }) },
          { op: "chunk_delete", session: 4, before: 10 },
        ],
      ),
    );
    await world.reopen("crash");
    expect(world.recovered.nextSession).toBe(6);
    const [four, five] = world.recovered.sessions;
    expect(four?.session).toEqual(again);
    expect([four?.floor, four?.queued]).toEqual([12, 14]);
    expect(four?.state).toEqual(new Uint8Array([9, 9, 9, 9]));
    expect(four?.chunks).toEqual([
      { firstSeq: 10, count: 5, deadlineMax: 99, bytes: 10, shared: null },
      { firstSeq: 15, count: 1, deadlineMax: 0, bytes: 10, shared: null },
    ]);
    const filters = [...(four?.subscriptions ?? [])].sort((a, b) => (a.filter < b.filter ? -1 : 1));
    expect(filters).toEqual([subscription("a/+", { noLocal: true, qos: 2 }), subscription("b/#", { qos: 0 })]);
    const { owner } = five ?? { owner: -1 };
    const nothing = { subscriptions: [], floor: 0, queued: 0, state: null, chunks: [] };
    expect(five).toEqual({ session: session(5), owner, ...nothing });
    // as they are now, not as a start found them
    expect(await world.store.sessionsOf([5, 6, 4])).toEqual(world.recovered.sessions);
    await world.store.commit(batchOf([], [{ op: "checkpoint", session: 5, floor: 13, state: null }]));
    expect((await world.store.sessionsOf([5]))[0]).toEqual({ session: session(5), owner, ...nothing, floor: 13 });
    expect(await world.store.sessionsOf([])).toEqual([]);
    expect(await world.store.readChunk(4, 10)).toEqual(new Uint8Array(10).fill(5));
    expect(await world.store.readChunk(4, 1)).toBeNull();
    expect(await world.store.readChunk(5, 10)).toBeNull();
  });

  test("chunks that are equal are each sessions' own: of one commit or of several, after others are gone, and after a restart", async () => {
    const put = (id: number, firstSeq: number, body: Uint8Array): StoreOp => ({
      op: "chunk_put",
      session: id,
      firstSeq,
      count: 1,
      deadlineMax: 0,
      upTo: firstSeq,
      body,
    });
    const commit = (...ops: readonly StoreOp[]) => world.store.commit(batchOf([], ops));
    const bodies = [1, 2, 3].map((n) => new Uint8Array(300).fill(n));
    const [one, two, three] = bodies as [Uint8Array, Uint8Array, Uint8Array];
    await commit(...[1, 2, 3].map((id): StoreOp => ({ op: "session_put", session: session(id) })));
    await commit(put(1, 0, one), put(2, 0, one), put(1, 1, two), put(2, 1, two));
    await commit(put(3, 0, one.slice()));
    const read = async (id: number, firstSeq: number) => (await world.store.readChunk(id, firstSeq))?.[0] ?? null;
    const all = async () => [await read(1, 0), await read(2, 0), await read(3, 0), await read(1, 1), await read(2, 1)];
    expect(await all()).toEqual([1, 1, 1, 2, 2]);
    await world.reopen("crash");
    expect(await all()).toEqual([1, 1, 1, 2, 2]);
    // other bodies come after a restart, and the operation of one that was not answered is repeated
    await commit(put(1, 2, three), put(2, 2, three));
    await commit(put(1, 2, three), put(2, 2, three));
    await commit({ op: "chunk_delete", session: 1, before: 1 }, { op: "chunk_delete", session: 2, before: 1 });
    expect([await read(1, 0), await read(3, 0), await read(1, 1), await read(2, 2)]).toEqual([null, 1, 2, 3]);
    await commit({ op: "chunk_delete", session: 3, before: 1 });
    // nobody had it any more
    await commit(put(2, 3, one), put(3, 3, one));
    await world.reopen("close");
    expect([await read(2, 3), await read(3, 3), await read(1, 2)]).toEqual([1, 1, 3]);
  });

  if (isShared)
    test("sessions go from node to node, one or a share of them at a time, and their rows do not change that", async () => {
      const commit = (...ops: readonly StoreOp[]) => world.store.commit(batchOf([], ops));
      const ownersOf = async () => (await world.store.sessionsOf([1, 2, 3, 4, 5])).map(({ owner }) => owner);
      await commit(...[1, 2, 3, 4, 5].map((id): StoreOp => ({ op: "session_put", session: session(id) })));
      const [self = 0] = await ownersOf();
      expect(await ownersOf()).toEqual([self, self, self, self, self]);
      const [one, other] = [self + 1001, self + 1002];
      await commit({ op: "session_owner", id: 2, owner: one }, { op: "session_owner", id: 9, owner: one });
      await commit(
        { op: "session_put", session: session(2, { version: 4 }) },
        { op: "session_put", session: session(1) },
      );
      expect(await ownersOf()).toEqual([self, one, self, self, self]);
      const share = { op: "sessions_adopt", from: one, of: 2, isGone: true } as const;
      await commit({ ...share, to: other, part: 1 });
      expect(await ownersOf()).toEqual([self, one, self, self, self]);
      await commit({ ...share, to: other, part: 0 }, { ...share, from: self, to: other, part: 1, isGone: false });
      expect(await ownersOf()).toEqual([other, other, other, self, other]);
    });

  test("a deleted session leaves nothing behind, nor does what is put for it afterwards", async () => {
    const body = new Uint8Array(8);
    const chunks = Array.from(
      { length: 200 },
      (_, i): StoreOp => ({ op: "chunk_put", session: 1, firstSeq: i, count: 1, deadlineMax: 0, upTo: 3, body }),
    );
    await world.store.commit(batchOf([], [{ op: "session_put", session: session(1) }, ...chunks]));
    await world.store.commit(
      batchOf(
        [],
        [
          { op: "session_delete", id: 1 },
          { op: "subscription_put", session: 1, subscription: subscription("a") },
          { op: "chunk_put", session: 1, firstSeq: 500, count: 1, deadlineMax: 0, upTo: 3, body },
        ],
      ),
    );
    expect(await world.store.readChunk(1, 3)).toBeNull();
    expect(await world.store.readChunk(1, 500)).toBeNull();
    await world.place.settled(world.store);
    await world.reopen("close");
    expect([world.recovered.sessions, world.recovered.nextSession]).toEqual([[], 2]);
  });
}
