import { type Registrar, remote } from "../registrar.ts";

/** `watch`. */
export function register(to: Registrar): void {
  remote(
    to,
    to
      .add(
        to.program,
        "watch [filter]",
        "show measurements as they come (default: all that the token may see)",
        "fieldcast watch 'dtck/my-product/+/TEMPERATURE'",
        async () => (await import("./command.ts")).watch,
      )
      .option("--errors", "show refused publishes of the same token, too")
      .option("--count <N>", "end after so many messages")
      .option("--json", "one JSON object a line"),
  );
}
