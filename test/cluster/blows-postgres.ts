import type { Blow } from "./blows-kit.ts";

const CANCEL = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
const BREAK = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'fieldcast %'";

export const PRIMARY_KILLED: Blow = {
  name: "PostgreSQL's primary is killed, and another one promoted",
  strike: async ({ postgres }) => {
    await postgres.failover();
    await postgres.rejoin();
  },
};

/** What may happen to the three PostgreSQL. */
export const BOTH: readonly Blow[] = [
  PRIMARY_KILLED,
  {
    name: "a standby of PostgreSQL is killed",
    async strike({ postgres }, chance) {
      const back = await postgres.killStandby();
      await Bun.sleep(chance() * 1000);
      await back();
    },
  },
  {
    name: "both standbys stand still, and waits for them are cancelled",
    async strike({ postgres }, chance) {
      const goOn = await postgres.holdStandbys();
      try {
        for (let i = 0; i < 5; i++) {
          await Bun.sleep(chance() * 200);
          await postgres.primary.sql(CANCEL);
        }
      } finally {
        goOn();
      }
    },
  },
  {
    name: "both standbys stand still for longer than the lease",
    async strike({ postgres }) {
      const goOn = await postgres.holdStandbys();
      await Bun.sleep(6500);
      goOn();
    },
  },
  {
    name: "every connection to PostgreSQL is broken",
    strike: async ({ postgres }) => void (await postgres.primary.sql(BREAK)),
  },
  {
    name: "the disk of PostgreSQL's primary is full",
    async strike({ postgres }, chance) {
      const { disk } = postgres;
      disk?.fill();
      await Bun.sleep(500 + chance() * 3000);
      disk?.empty();
    },
  },
];
