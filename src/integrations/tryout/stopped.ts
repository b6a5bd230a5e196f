import type { Sandbox } from "../../decoders/sandbox.ts";
import { scriptOf } from "../../decoders/worker.ts";
import { productDecoder } from "../../fleet/decoders.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { ProductNode } from "../../fleet/nodes.ts";

/** Whether decoders in force run: the sandbox stops those that did not let themselves be stopped. */
export class Stopped {
  constructor(
    private readonly directory: Directory,
    private readonly sandbox: Pick<Sandbox, "on" | "isOff">,
  ) {}

  /** Whether the decoder in force was stopped. */
  is(product: ProductNode): boolean {
    const script = this.scriptOf(product);
    return script !== null && this.sandbox.isOff(String(product.row.workspace), script);
  }
  /** Lets the decoder in force run again. */
  restart(product: ProductNode): void {
    const script = this.scriptOf(product);
    if (script !== null) this.sandbox.on(String(product.row.workspace), script);
  }
  private scriptOf(product: ProductNode): string | null {
    const version = productDecoder(this.directory, product);
    return version === null ? null : scriptOf(version.code).id;
  }
}
