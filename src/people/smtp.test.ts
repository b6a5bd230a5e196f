import { expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { resetMail } from "./letters.ts";
import { SmtpMailer } from "./smtp.ts";

/** A mail server that takes one mail at a time and keeps what it was told. */
async function mailServer(refuse = false) {
  const told: string[] = [];
  const letters: string[] = [];
  const serve = (socket: Socket) => {
    let letter: string | null = null;
    let rest = "";
    const say = (line: string) => void socket.write(`${line}\r\n`);
    const hear = (line: string) => {
      if (letter !== null) {
        if (line !== ".") letter += `${line}\n`;
        else {
          letters.push(letter);
          letter = null;
          say("250 kept");
        }
        return;
      }
      told.push(line);
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === "EHLO") say("250-here\r\n250 AUTH PLAIN");
      else if (verb === "AUTH") say("235 welcome");
      else if (verb === "RCPT" && refuse) say("550 nobody of that name");
      else if (verb === "DATA") {
        letter = "";
        say("354 go on");
      } else say(verb === "QUIT" ? "221 bye" : "250 ok");
    };
    socket.on("error", () => {}); // the client closes as it likes
    socket.on("data", (bytes) => {
      const lines = (rest + bytes.toString("utf8")).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) hear(line);
    });
    say("220 here");
  };
  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { told, letters, port, stop: () => server.close() };
}

test("a letter goes to the operator's mail server, with what logs in there", async () => {
  const server = await mailServer();
  try {
    const mailer = new SmtpMailer(`smtp://me:se%40cret@127.0.0.1:${server.port}`, "cloud@example.com");
    await mailer.send(resetMail("ada@example.com", "https://cloud.example/link/00ff"));
    const login = server.told.find((line) => line.startsWith("AUTH PLAIN ")) ?? "";
    expect(Buffer.from(login.slice(11), "base64").toString()).toBe("\0me\0se@cret");
    expect(server.told).toContain("MAIL FROM:<cloud@example.com>");
    expect(server.told).toContain("RCPT TO:<ada@example.com>");
    const [letter = ""] = server.letters;
    expect(letter).toContain("Subject: Your new password for fieldcast");
    expect(letter).toContain("https://cloud.example/link/00ff");
  } finally {
    server.stop();
  }
});

test("what the mail server refuses is an error", async () => {
  const server = await mailServer(true);
  try {
    const mailer = new SmtpMailer(`smtp://127.0.0.1:${server.port}`, "cloud@example.com");
    const sent = mailer.send(resetMail("ada@example.com", "https://cloud.example/link/00ff"));
    expect(await sent.catch((error: unknown) => (error instanceof Error ? error.message : "?"))).toContain("550");
  } finally {
    server.stop();
  }
});
