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
  async send({ to, subject, text }: Mail): Promise<void> {
    // no file or address of the text is ever fetched: it is text alone
    await this.transport.sendMail({
      from: this.from,
      to: { name: "", address: to },
      subject,
      text,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }
}
