import { createTransport } from "nodemailer";
import type { Mail, Mailer } from "./types.ts";

/** How long a mail server may take, ms. */
const TIMEOUT_MS = 20_000;

/** Hands mail to the operator's mail server. */
export class SmtpMailer implements Mailer {
  private readonly transport: ReturnType<typeof createTransport>;

  /**
   * @param url smtp://user:password@host:587 (STARTTLS where the server has it) or smtps://…
   * @param from address of the sender
   */
  constructor(
    url: string,
    private readonly from: string,
  ) {
    this.transport = createTransport({
      url,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    });
  }
  async send({ to, subject, text, id }: Mail): Promise<void> {
    const addresses = typeof to === "string" ? [to] : to;
    // no file or address of the text is ever fetched: it is text alone
    await this.transport.sendMail({
      from: this.from,
      to: addresses.map((address) => ({ name: "", address })),
      ...(id !== undefined && { messageId: `<${id}@${this.from.slice(this.from.lastIndexOf("@") + 1)}>` }),
      subject,
      text,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }
}
