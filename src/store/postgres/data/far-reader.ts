import { moduleUrl } from "../../../base/modules.ts";
import type { ReaderRequest, ReadRequest } from "../../sqlite/data/protocol.ts";
import { VIEW } from "./background.ts";
import { Bridged } from "./bridged.ts";
import type { BridgeEnd } from "./protocol.ts";

type Reader = Bridged<ReaderRequest<BridgeEnd>>;

/** The worker that reads history. One that died is replaced when it is next asked. */
export class FarReader {
  private reader: Promise<Reader> | null = null;

  constructor(
    private readonly address: string,
    private readonly notice: (text: string) => void,
  ) {}

  async call<T>(request: ReadRequest, transfer: ArrayBuffer[]): Promise<T> {
    return (await this.open()).call<T>(request, transfer);
  }
  open(): Promise<Reader> {
    this.reader ??= this.spawn().catch((error) => {
      this.reader = null;
      throw error;
    });
    return this.reader;
  }
  private async spawn(): Promise<Reader> {
    const program = moduleUrl("store/postgres/data/reader");
    const begin = [VIEW, "SET default_transaction_read_only TO on"];
    const reader: Reader = new Bridged(
      { program, address: this.address, name: "reader", begin },
      (why) => {
        this.notice(why.message);
        this.reader = null;
        void reader.terminate();
      },
      this.notice,
    );
    await reader.call({ t: "open", place: reader.end }, [reader.end.port]);
    return reader;
  }
  async end(): Promise<void> {
    const reader = await this.reader?.catch(() => null);
    this.reader = null;
    await reader?.terminate();
  }
}
