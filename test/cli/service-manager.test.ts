import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serviceManager } from "../../src/cli/serve/service-manager.ts";
import { pythonWithPaho, program } from "../run/have.ts";
import { until } from "../run/until.ts";

const python = pythonWithPaho() ?? program("python3");

test.skipIf(python === null)("a start that takes long asks for more time, until it is ready", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-notify-"));
  const socket = join(folder, "notify");
  const script = `import socket\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\ns.bind(${JSON.stringify(socket)})\nprint("bound")\nwhile True: print(repr(s.recv(4096).decode()))`;
  const listener = Bun.spawn([python ?? "", "-uc", script], { stdout: "pipe" });
  let heard = "";
  void (async () => {
    for await (const part of listener.stdout) heard += new TextDecoder().decode(part);
  })();
  await until("the socket", () => heard.includes("bound"));
  const later: (() => void)[] = [];
  const manager = serviceManager({ NOTIFY_SOCKET: socket }, (fn) => void later.push(fn));
  for (const fn of [...later, ...later]) fn();
  manager?.ready("two listeners");
  for (const fn of later) fn();
  manager?.stopping();
  await until("the end", () => heard.includes("STOPPING=1"));
  listener.kill();
  await listener.exited;
  rmSync(folder, { recursive: true });
  expect(
    heard
      .trim()
      .split("\n")
      .map((line) => line.replace(/MAINPID=\d+/, "MAINPID")),
  ).toEqual([
    "bound",
    "'EXTEND_TIMEOUT_USEC=60000000'",
    "'EXTEND_TIMEOUT_USEC=60000000'",
    "'READY=1\\nSTATUS=two listeners\\nMAINPID'",
    "'STOPPING=1'",
  ]);
});
