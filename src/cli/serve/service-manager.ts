import { dlopen, FFIType, ptr } from "bun:ffi";

/** What a service manager is told (sd_notify(3)): that the server is ready, that it is alive, that it stops. */
interface ServiceManager {
  /** It serves, or stands by. From now on it says that it is alive, where a watchdog is set. @param status one line, for `systemctl status` */
  ready(status: string): void;
  stopping(): void;
}

/** A start may take longer than the manager waits for one: an upgrade with its backup. While it goes on, more time is asked for. */
const STARTING_MS = 20_000;
const MORE_TIME = "EXTEND_TIMEOUT_USEC=60000000";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
/** Of `struct sockaddr_un`, behind the family. */
const MOST_PATH = 107;

/**
 * @param env `NOTIFY_SOCKET` (a path, or `@` and a name), `WATCHDOG_USEC` and `WATCHDOG_PID`, as the manager sets them
 * @param later calls a function again and again, in milliseconds
 * @returns null: nobody wants to know
 */
export function serviceManager(
  env: Readonly<Record<string, string | undefined>>,
  later: (fn: () => void, ms: number) => void,
): ServiceManager | null {
  const place = env.NOTIFY_SOCKET;
  if (place === undefined || !/^[/@]/.test(place) || process.platform !== "linux") return null;
  const send = sender(place);
  if (send === null) return null;
  const watched = env.WATCHDOG_PID === undefined || Number(env.WATCHDOG_PID) === process.pid;
  const watchdog = watched ? Number(env.WATCHDOG_USEC) / 1000 : Number.NaN;
  let starting = true;
  later(() => {
    if (starting) send(MORE_TIME);
  }, STARTING_MS);
  return {
    ready(status) {
      const isFirst = starting;
      starting = false;
      send(`READY=1\nSTATUS=${status.replaceAll("\n", " ")}\nMAINPID=${process.pid}`);
      // twice in the time that is allowed; a main thread that hangs says nothing, and is started anew
      if (isFirst && watchdog > 0) later(() => send("WATCHDOG=1"), Math.max(1, Math.floor(watchdog / 2)));
    },
    stopping: () => send("STOPPING=1"),
  };
}

/** Datagrams to a Unix socket; Bun has none of its own, so they are the C library's. Null: this system's has another name. */
function sender(place: string): ((text: string) => void) | null {
  const path = Buffer.from(place.replace(/^@/, "\0"));
  if (path.length > MOST_PATH) return null;
  const address = Buffer.alloc(2 + path.length);
  address.writeUInt16LE(AF_UNIX, 0);
  path.copy(address, 2);
  try {
    const { symbols } = dlopen("libc.so.6", {
      socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
      sendto: {
        args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32, FFIType.ptr, FFIType.u32],
        returns: FFIType.i64,
      },
    });
    const socket = symbols.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return null;
    return (text) => {
      const bytes = Buffer.from(text);
      symbols.sendto(socket, ptr(bytes), bytes.length, 0, ptr(address), address.length);
    };
  } catch {
    return null;
  }
}
