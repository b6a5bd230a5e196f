import { Client } from "../../load/client.ts";
import type { Disturber } from "../disturber.ts";

export const logins: Disturber = {
  id: "logins",
  title: "clients that log in and leave at once",
  lanes: 16,
  disturb: async ({ mqtt, token }) => {
    const login = { username: token, password: token };
    const target = { host: "127.0.0.1", port: mqtt, transport: "tcp", ca: undefined, version: 5, login } as const;
    const client = await Client.connect(target, `storm-${crypto.randomUUID()}`);
    client.close();
  },
};
