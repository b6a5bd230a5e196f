import { expect, test } from "bun:test";
import { resetMail } from "./letters.ts";
import { headerOf, mailServer } from "../../test/run/mail-server.ts";
import { SmtpMailer } from "./smtp.ts";

test("a letter goes to the operator's mail server, with what logs in there", async () => {
  const server = await mailServer();
  try {
    const mailer = new SmtpMailer(`smtp://me:se%40cret@127.0.0.1:${server.port}`, "cloud@example.com");
    await mailer.send(resetMail("ada@example.com", "https://cloud.example/link/00ff"));
    const login = server.told.find((line) => line.startsWith("AUTH PLAIN ")) ?? "";
    expect(Buffer.from(login.slice(11), "base64").toString()).toBe("\0me\0se@cret");
    expect(server.told).toContain("MAIL FROM:<cloud@example.com>");
    expect(server.told).toContain("RCPT TO:<ada@example.com>");
    const letter = server.letters[0]?.whole;
    expect(letter).toContain("Subject: Your new password for fieldcast");
    expect(letter).toContain("https://cloud.example/link/00ff");
  } finally {
    server.stop();
  }
});

test("what the mail server refuses is an error", async () => {
  const server = await mailServer();
  server.state.refuse = "550 nobody of that name";
  try {
    const mailer = new SmtpMailer(`smtp://127.0.0.1:${server.port}`, "cloud@example.com");
    const sent = mailer.send(resetMail("ada@example.com", "https://cloud.example/link/00ff"));
    expect(await sent.catch((error: unknown) => (error instanceof Error ? error.message : "?"))).toContain("550");
  } finally {
    server.stop();
  }
});

test("a letter goes to several, with an id that is the same whenever it is sent", async () => {
  const server = await mailServer();
  try {
    const mailer = new SmtpMailer(`smtp://127.0.0.1:${server.port}`, "cloud@example.com");
    const mail = { to: ["ada@example.com", "bob@example.com"], subject: "Too hot", text: "30 °C\n", id: "rule-1-2" };
    for (const _ of [1, 2]) await mailer.send(mail);
    expect(server.letters.map((one) => [headerOf(one, "Message-ID"), one.to])).toEqual(
      Array(2).fill(["<rule-1-2@example.com>", mail.to]),
    );
  } finally {
    server.stop();
  }
});
