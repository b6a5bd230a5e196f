import type { Registrar } from "../registrar.ts";

/** `completion`. */
export function register({ program, add }: Registrar): void {
  add(
    program,
    "completion <shell>",
    "print what bash, zsh or fish completes commands with, or the manual page (man)",
    "fieldcast completion bash > fieldcast.bash",
    async () => (await import("./command.ts")).completion(program),
  );
}
