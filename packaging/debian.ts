/**
 * Builds the Debian package, with Debian's own dpkg-deb: `npm run build:deb [-- --arch arm64]`. In it are the executable, a service for systemd, every setting
 * in `/etc/fieldcast/config.yaml`, completions and the manual page; all of them made of the program.
 */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import packageJson from "../package.json";
import { completionScript } from "../src/cli/completion/scripts.ts";
import { manualPage } from "../src/cli/completion/manual.ts";
import { licenceTexts } from "../src/cli/licences/texts.ts";
import { processIo } from "../src/cli/io.ts";
import { commandTree } from "../src/cli/program.ts";
import { configFile } from "./config-file.ts";
import { buildExecutable } from "./executable.ts";

const root = join(import.meta.dir, "..");
const templates = join(import.meta.dir, "debian");
/** What Debian calls the machines. */
const ARCHS: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

interface Wish {
  /** Of the machine it is for; default: this one's. */
  readonly arch?: string | undefined;
  /** The folder that it is written to; default: `dist`. */
  readonly to?: string | undefined;
  /** Default: that of package.json. */
  readonly version?: string | undefined;
  /** An executable that was built already. */
  readonly executable?: string | undefined;
  /** How hard dpkg-deb tries to make it small, 1 to 9; default: its own, the most. */
  readonly level?: number | undefined;
}

/** @returns the file @throws Error when something of it cannot be built, or dpkg-deb is missing */
export async function buildDebian({
  arch = process.arch,
  to = join(root, "dist"),
  version = packageJson.version,
  executable,
  level = 9,
}: Wish = {}): Promise<string> {
  const machine = ARCHS[arch];
  if (machine === undefined) throw new Error(`there is no package for ${arch}`);
  const tree = mkdtempSync(join(tmpdir(), "fieldcast-deb-"));
  try {
    chmodSync(tree, 0o755);
    fill(tree, executable ?? (await buildExecutable({ arch })));
    control(tree, machine, version);
    mkdirSync(to, { recursive: true });
    const file = join(to, `fieldcast_${version}_${machine}.deb`);
    const env = { ...process.env, SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH ?? lastCommit() };
    const done = Bun.spawnSync(["dpkg-deb", "--root-owner-group", "-Zgzip", `-z${level}`, "--build", tree, file], {
      env,
      stderr: "pipe",
    });
    if (done.exitCode !== 0) throw new Error(`dpkg-deb: ${done.stderr}`);
    return file;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** The files as they are installed. */
function fill(tree: string, executable: string): void {
  const put = (path: string, content: string | Uint8Array, mode = 0o644) => {
    const file = join(tree, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(file, content);
    chmodSync(file, mode);
  };
  const program = commandTree(processIo());
  mkdirSync(join(tree, "usr/bin"), { recursive: true });
  copyFileSync(executable, join(tree, "usr/bin/fieldcast"));
  chmodSync(join(tree, "usr/bin/fieldcast"), 0o755);
  put("etc/fieldcast/config.yaml", configFile({ data: "/var/lib/fieldcast" }));
  put("usr/lib/systemd/system/fieldcast.service", readFileSync(join(templates, "fieldcast.service")));
  put("usr/lib/sysusers.d/fieldcast.conf", readFileSync(join(templates, "sysusers.conf")));
  put("usr/share/bash-completion/completions/fieldcast", completionScript("bash", program));
  put("usr/share/zsh/vendor-completions/_fieldcast", completionScript("zsh", program));
  put("usr/share/fish/vendor_completions.d/fieldcast.fish", completionScript("fish", program));
  put("usr/share/man/man1/fieldcast.1.gz", gzipSync(manualPage(program, `fieldcast ${packageJson.version}`)));
  put("usr/share/doc/fieldcast/copyright", licenceTexts());
  put("usr/share/doc/fieldcast/changelog.gz", gzipSync(readFileSync(join(root, "CHANGELOG.md"))));
}

function control(tree: string, machine: string, version: string): void {
  const folder = join(tree, "DEBIAN");
  mkdirSync(folder);
  const size = Math.ceil(statSync(join(tree, "usr/bin/fieldcast")).size / 1024);
  const lines = [
    "Package: fieldcast",
    `Version: ${version}`,
    `Architecture: ${machine}`,
    "Maintainer: The developers of fieldcast <fieldcast@localhost>",
    `Installed-Size: ${size}`,
    "Depends: libc6, systemd | systemd-sysusers",
    "Section: net",
    "Priority: optional",
    `Description: ${packageJson.description}`,
    " Devices publish measurements over MQTT, HTTP and LoRaWAN networks; each is checked, stored",
    " durably, and only then acknowledged. With a console for browsers.",
  ];
  writeFileSync(join(folder, "control"), `${lines.join("\n")}\n`);
  writeFileSync(join(folder, "conffiles"), "/etc/fieldcast/config.yaml\n");
  for (const script of ["postinst", "prerm", "postrm"]) {
    cpSync(join(templates, script), join(folder, script));
    chmodSync(join(folder, script), 0o755);
  }
}

/** The time that all files bear, so that the same commit gives the same package. */
function lastCommit(): string {
  const { exitCode, stdout } = Bun.spawnSync(["git", "log", "-1", "--format=%ct"], { cwd: root, stderr: "ignore" });
  return exitCode === 0 ? stdout.toString().trim() : "0";
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { arch: { type: "string" } } });
  const file = await buildDebian(values);
  console.log(`${relative(process.cwd(), file)}: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
}
