import { describe, expect, test } from "bun:test";
import { listSettings } from "../../config/settings.ts";
import { fakeIo } from "../io.testing.ts";
import { run } from "../program.ts";

/** What a command line prints. */
async function printed(...argv: string[]): Promise<string> {
  const { io, said } = fakeIo();
  await run(argv, io);
  return said.out;
}

describe("completion", () => {
  test.each([
    [["fieldcast", "devi"], "device"],
    [["fieldcast", "device", "sho"], "show"],
    [["fieldcast", "dashboard", "share", "rev"], "revoke"],
    [["fieldcast", "dashboard", "share", "create", "Overview", "--pass"], "--password-file"],
    [["fieldcast", "device", "list", "--js"], "--json"],
    // what is a value of a command has its command's flags
    [["fieldcast", "device", "show", "pump", "--js"], "--json"],
    [["fieldcast", "serve", "--max-packet-b"], "--max-packet-before-login"],
  ])("bash completes %j", async (words, wanted) => {
    const list = words.map((word) => `'${word}'`).join(" ");
    const script = `${await printed("completion", "bash")}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _fieldcast; echo "\${COMPREPLY[@]}"`;
    expect(Bun.spawnSync(["bash", "-c", script]).stdout.toString()).toBe(`${wanted}\n`);
  });
  test("zsh and fish have every command with what it does", async () => {
    expect(await printed("completion", "zsh")).toContain("'backup:");
    expect(await printed("completion", "fish")).toMatch(/-a backup -d '[a-z]/);
  });
  test("another shell is refused, and says which there are", async () => {
    const { io, said } = fakeIo();
    expect(await run(["completion", "tcsh"], io)).toBe(2);
    expect(said.err).toContain('no completion for "tcsh": bash, zsh, fish, or man');
  });
});

test("the manual page has every command and every setting, and no line that roff would take for a request of its own", async () => {
  const page = await printed("completion", "man");
  for (const { flag } of listSettings()) expect(page).toContain(flag.replaceAll("-", "\\-"));
  const requests = new Set([...page.matchAll(/^\.([A-Z]+)/gm)].map(([, name]) => name));
  expect([...requests].toSorted()).toEqual(["B", "BR", "I", "RE", "RS", "SH", "SS", "TH", "TP"]);
  expect(page).toContain(".SS fieldcast store check");
});
