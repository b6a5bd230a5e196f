import { type Access, reach } from "./access.ts";
import { CommandError } from "./failure.ts";
import { serverSettings } from "./folder.ts";
import type { Io } from "./types.ts";

/** Asks the server that runs on the folder, for what only it knows. @throws CommandError when none runs */
export async function throughServer<T>(
  io: Io,
  flags: Readonly<Record<string, unknown>>,
  work: (access: Access) => Promise<T>,
): Promise<T> {
  const { data } = serverSettings(io, flags);
  const access = await reach(data, { offline: false });
  if (access === null) throw new CommandError(`no server runs on ${data}`);
  try {
    return await work(access);
  } finally {
    await access.close();
  }
}
