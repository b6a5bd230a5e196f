import { Client, type ClientConfig, type FieldDef } from "pg";
import { errorText } from "../../base/errors.ts";
import { beginning } from "./beginning.ts";
import { endsConnection, Lost, sqlState } from "./failures.ts";
import type { Found, Question, SessionOptions } from "./session-types.ts";
import type { Target } from "./url.ts";
import { bound, TYPES } from "./values.ts";

/** A host that does not answer is given up. */
const PATIENCE_MS = 10_000;

/**
 * One connection to the server that takes writes, made when it is first needed and again after it was lost. One question is under way at
 * a time; others wait.
 */
export class Session {
  private client: Client | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private ended = false;

  constructor(
    private readonly target: Target,
    private readonly options: SessionOptions,
  ) {}

  /** A connection is there; it may be lost and not be known to be. */
  get connected(): boolean {
    return this.client !== null;
  }

  /** @throws Lost: nobody knows whether it was done; DatabaseError: it was not, and the server says why */
  query(question: Question): Promise<Found> {
    return this.inTurn(async () => this.ask(await this.ready(), question));
  }
  /** Only on a connection that is there: what was begun on it goes with it. @throws Lost; DatabaseError */
  queryHere(question: Question): Promise<Found> {
    return this.inTurn(() => {
      if (this.client === null) throw new Lost("the connection was lost");
      return this.ask(this.client, question);
    });
  }
  async connect(): Promise<void> {
    await this.inTurn(() => this.ready());
  }
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async ask(client: Client, { text, values = [], name }: Question): Promise<Found> {
    try {
      const given = values.map(bound);
      const named = name === undefined ? {} : { name };
      const all = await client.query({ text, values: given, ...named, rowMode: "array", types: TYPES });
      // of several statements, which the driver's types do not know, what the first one said
      const answer: typeof all = Array.isArray(all) ? all[0] : all;
      const columns = (answer.fields as FieldDef[] | undefined)?.map((field) => field.name) ?? [];
      return { columns, rows: (answer.rows ?? []) as unknown[][], count: answer.rowCount ?? 0 };
    } catch (error) {
      if (!endsConnection(error)) throw error;
      this.drop(client);
      throw new Lost(errorText(error));
    }
  }

  private async ready(): Promise<Client> {
    if (this.ended) throw new Lost("the session was ended");
    if (this.client !== null) return this.client;
    let why: unknown = new Lost("no host was given");
    for (const host of this.target.hosts) {
      try {
        this.client = await this.open(host);
        return this.client;
      } catch (error) {
        // of several hosts what the one said that can be reached
        if (!(why instanceof Error) || sqlState(why) === "") why = error;
      }
    }
    throw why;
  }
  private async open(host: ClientConfig): Promise<Client> {
    const client = new Client({
      ...host,
      application_name: `fieldcast ${this.options.name}`,
      connectionTimeoutMillis: PATIENCE_MS,
      keepAlive: true,
    });
    client.on("error", () => this.drop(client));
    client.on("end", () => this.drop(client));
    client.on("notification", () => this.options.onTold?.());
    client.on("notice", (notice) => this.options.onNotice?.(`${notice.severity ?? "NOTICE"}: ${notice.message ?? ""}`));
    try {
      await client.connect();
      const { rows } = await client.query("SELECT pg_is_in_recovery() AS standby");
      if (rows[0]?.standby === true) throw new Error("it is a standby and takes no writes");
      await client.query(beginning(this.target.schema));
      for (const statement of this.options.begin ?? []) await client.query(statement);
      return client;
    } catch (error) {
      client.end().catch(() => undefined);
      const where = `${host.host ?? "localhost"}${host.port ? `:${host.port}` : ""}`;
      if (sqlState(error) !== "") throw error;
      throw new Lost(`${where}: ${errorText(error) || "it cannot be reached"}`);
    }
  }
  /** Gives the connection up: what is asked on it is lost. */
  lose(): void {
    this.client?.connection.stream.destroy();
  }
  private drop(client: Client): void {
    if (this.client !== client) return;
    this.client = null;
    client.end().catch(() => undefined);
    if (!this.ended) this.options.onLost?.();
  }

  async end(): Promise<void> {
    if (this.ended) return;
    await this.last;
    this.ended = true;
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => undefined);
  }
  /** Ends where it stands, as a crash would. */
  abort(): void {
    this.ended = true;
    const { client } = this;
    this.client = null;
    client?.end().catch(() => undefined);
    client?.connection.stream.destroy();
  }
}
