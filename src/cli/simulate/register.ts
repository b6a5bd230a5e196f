import { type Registrar, remote } from "../registrar.ts";

/** `simulate` and `demo`: made-up devices. */
export function register(to: Registrar): void {
  registerDemo(to);
  remote(
    to,
    to
      .add(
        to.program,
        "simulate",
        "publish as many devices do, each with its own connection",
        "fieldcast simulate --devices 100 --rate 1000 --duration 30",
        async () => (await import("./command.ts")).simulate,
      )
      .option("--devices <N>", "how many (default: 10)")
      .option("--rate <N>", "messages per second, all together (default: 10)")
      .option("--duration <SECONDS>", "how long (default: 10)")
      .option("--qos <0|1|2>", "quality of service (default: 1)")
      .option("--product <SLUG>", "their product (default: the first)")
      .option("--device-pattern <PATTERN>", "their ids, like dev{0..99} (default: the product's devices)")
      .option("--field <FIELD>", "the field to publish, FIELD or FIELD:TYPE (default: the product's first number)")
      .option("--json", "the summary as JSON"),
  );
}

function registerDemo({ program, add, json }: Registrar): void {
  json(
    add(
      program,
      "demo",
      "make a workspace with devices and a month of made-up measurements, to look around in",
      "fieldcast demo",
      async () => (await import("./demo/command.ts")).demo,
    )
      .option("--workspace <SLUG>", "the workspace to make (default: demo)")
      .option("--devices <N>", "how many (default: 200)")
      .option("--days <N>", "how many days of measurements (default: 30)"),
  );
}
