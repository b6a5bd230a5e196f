import { createServer, type Socket } from "node:net";

/** A letter as it came, and what was said before it. */
export interface Letter {
  /** Header lines and text. */
  readonly whole: string;
  readonly to: readonly string[];
}

/** A mail server on the loopback, which keeps what it was told. */
export async function mailServer(port = 0) {
  const told: string[] = [];
  const letters: Letter[] = [];
  const sockets = new Set<Socket>();
  const state = {
    /** Answers every RCPT with this, such as `550 nobody of that name`; null: all are taken. */
    refuse: null as string | null,
    /** A letter is kept, and its sender never hears so. */
    mute: false,
  };
  const server = createServer((socket) => serve(socket));
  function serve(socket: Socket): void {
    let letter: string | null = null;
    let to: string[] = [];
    let rest = "";
    const say = (line: string) => void socket.write(`${line}\r\n`);
    const hear = (line: string) => {
      if (letter !== null) {
        if (line !== ".") letter += `${line}\n`;
        else {
          letters.push({ whole: letter, to });
          [letter, to] = [null, []];
          if (!state.mute) say("250 kept");
        }
        return;
      }
      told.push(line);
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === "EHLO") say("250-here\r\n250 AUTH PLAIN");
      else if (verb === "AUTH") say("235 welcome");
      else if (verb === "RCPT" && state.refuse !== null) say(state.refuse);
      else if (verb === "DATA") {
        letter = "";
        say("354 go on");
      } else {
        if (verb === "RCPT") to.push(line.slice(9, -1));
        say(verb === "QUIT" ? "221 bye" : "250 ok");
      }
    };
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // the client closes as it likes
    socket.on("data", (bytes) => {
      const lines = (rest + bytes.toString("utf8")).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) hear(line);
    });
    say("220 here");
  }
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  return {
    ...{ told, letters, state },
    port: typeof address === "object" && address !== null ? address.port : 0,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A header of a letter; "": it has none such. */
export function headerOf({ whole }: Letter, name: string): string {
  const [head = ""] = whole.split("\n\n", 1);
  return new RegExp(`^${name}: (.*(?:\n[ \t].*)*)`, "mi").exec(head)?.[1]?.replaceAll(/\n\s+/g, " ") ?? "";
}
/** The text of a letter, which is plain. */
export function textOf({ whole }: Letter): string {
  const text = whole.slice(whole.indexOf("\n\n") + 2);
  const coding = /^Content-Transfer-Encoding: (.*)$/im.exec(whole)?.[1];
  if (coding === "base64") return Buffer.from(text, "base64").toString();
  if (coding !== "quoted-printable") return text;
  const bytes = text
    .replaceAll(/=\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}
