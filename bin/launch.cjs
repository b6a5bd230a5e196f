"use strict";
// What the programs in bin share. No dependencies: it runs before they are installed.
const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const root = path.dirname(__dirname);
/** npm writes the second one last, so its presence also says that the install was not interrupted. */
const filesOf = (folder) => ({
  lockFile: path.join(folder, "package-lock.json"),
  installedFile: path.join(folder, "node_modules", ".package-lock.json"),
});
/** Whether this is a package among others (`npx fieldcast`): then whoever installed it has installed what it needs. */
const packaged = __dirname.split(path.sep).includes("node_modules");
/** A development-only package: absent after `npm ci --omit=dev`. */
const devMarker = path.join(root, "node_modules", "typescript");

/**
 * Installs the packages when they are missing or older than the lock file; two stat calls when there is nothing to do. Those of
 * development, half of all, are left to who needs them.
 * @param {{ dev?: boolean }} [options] dev: the packages of development are needed, too
 */
function ensureInstalled(options = {}) {
  if (packaged) return;
  const reason = whyInstall(options.dev === true);
  if (reason === null) return;
  process.stderr.write(`fieldcast: ${reason}, running npm ci (once) ...\n`);
  if (!installPackages(root, [options.dev === true ? "--include=dev" : "--omit=dev"]))
    fail("the packages could not be installed; the lines above say why");
}

/**
 * Runs npm in a folder. Under `npm start` npm says where it is; else it is looked up. Its output goes to stderr: stdout is the program's.
 * @param {string} folder
 * @param {readonly string[]} more arguments of `npm ci`
 * @returns {boolean} whether the packages are there now
 */
function installPackages(folder, more) {
  const args = ["ci", "--no-audit", "--no-fund", ...more];
  const npm = process.env.npm_execpath;
  const stdio = ["ignore", 2, 2];
  const done = /npm-cli\.c?js$/.test(npm ?? "")
    ? spawnSync(process.execPath, [npm, ...args], { cwd: folder, stdio })
    : spawnSync("npm", args, { cwd: folder, stdio, shell: process.platform === "win32" });
  if (done.error !== undefined)
    process.stderr.write(`fieldcast: npm could not be started (${done.error.message}); install Node.js with npm\n`);
  return done.error === undefined && done.status === 0;
}

/** @returns {string | null} why an install is needed, for people; null when it is not */
function whyInstall(dev) {
  if (!fs.existsSync(filesOf(root).installedFile)) return "packages are not installed yet";
  if (!isInstalled(root)) return "packages are older than package-lock.json";
  if (dev && !fs.existsSync(devMarker)) return "packages for development are not installed yet";
  return null;
}

/** Whether a folder's packages are those of its lock file; two stat calls when nothing was touched. */
function isInstalled(folder) {
  const { lockFile, installedFile } = filesOf(folder);
  const installed = fs.statSync(installedFile, { throwIfNoEntry: false });
  if (installed === undefined) return false;
  const lock = fs.statSync(lockFile, { throwIfNoEntry: false });
  // A checkout may touch the lock file without changing what it asks for: compare before installing again.
  if (lock === undefined || lock.mtimeMs <= installed.mtimeMs) return true;
  if (!sameAsLock(folder)) return false;
  refreshMtime(installedFile);
  return true;
}

/** True when every installed package is the one that the lock file names, and nothing that is needed is missing. */
function sameAsLock(folder) {
  const { lockFile, installedFile } = filesOf(folder);
  try {
    const wanted = JSON.parse(fs.readFileSync(lockFile, "utf8")).packages;
    const present = JSON.parse(fs.readFileSync(installedFile, "utf8")).packages;
    const known = Object.entries(present).every(([where, got]) => wanted[where]?.integrity === got.integrity);
    const complete = Object.entries(wanted).every(
      ([where, want]) => where === "" || where in present || want.optional || want.dev || want.devOptional || want.peer,
    );
    return known && complete;
  } catch {
    return false;
  }
}

/** So that the next start is spared the comparison; a read-only folder simply compares again. */
function refreshMtime(installedFile) {
  try {
    const now = new Date();
    fs.utimesSync(installedFile, now, now);
  } catch {}
}

/**
 * The Bun program among the installed packages. The package `bun` moves it to its own folder after the install; where
 * install scripts are switched off it stays in the package of the platform. Bun's x64 builds choose the instructions
 * that the processor has by themselves; Linux with musl instead of glibc has builds of its own.
 */
function bunBinary() {
  const exe = process.platform === "win32" ? "bun.exe" : "bun";
  const arch = process.arch === "arm64" ? "aarch64" : process.arch;
  const system = { win32: "windows", android: "linux" }[process.platform] ?? process.platform;
  const name = `bun-${system}-${arch}`;
  const suffixes = process.platform === "android" ? ["-android"] : process.platform === "linux" ? ["", "-musl"] : [""];
  for (const modules of modulesFolders()) {
    const moved = path.join(modules, "bun", "bin", "bun.exe");
    // Before the move a text file of some hundred bytes is in its place.
    if ((fs.statSync(moved, { throwIfNoEntry: false })?.size ?? 0) > 1_000_000) return moved;
    for (const suffix of suffixes) {
      const file = path.join(modules, "@oven", name + suffix, "bin", exe);
      if (fs.existsSync(file)) return file;
    }
  }
  return fail(
    `Bun is missing for ${process.platform}-${process.arch}: run npm ci in ${root}; if that does not help, there is no Bun for this system`,
  );
}

/** Where packages may be: those of a package stand beside it, or further up. */
function modulesFolders() {
  const folders = [path.join(root, "node_modules")];
  for (let folder = root; packaged && path.dirname(folder) !== folder; folder = path.dirname(folder))
    if (path.basename(folder) === "node_modules") folders.push(folder);
  return folders;
}

/**
 * Runs a TypeScript entry with Bun and ends as it ends: same stdio, same folder, signals passed on, same exit code.
 * @param {string} entry relative to the repository
 * @param {string[]} args
 * @param {{ channel?: boolean }} [options] channel: the program ends when this process does, also by SIGKILL
 */
function runBun(entry, args, options = {}) {
  // The fourth is a channel that closes with this process, however that ends, and tells the child so. What a bench or a test
  // starts in its turn must not inherit it.
  const command = [path.join(root, entry), ...args];
  const child =
    options.channel === true
      ? spawn(bunBinary(), command, {
          stdio: ["inherit", "inherit", "inherit", "ipc"],
          env: { ...process.env, FIELDCAST_LAUNCHER: String(process.pid) },
        })
      : spawn(bunBinary(), command, { stdio: "inherit" });
  // Ctrl-C in a terminal reaches the whole process group, so the child has it already; elsewhere it is passed on.
  // npm passes on what the group also got: the same signal again within a second is not a second wish.
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const last = new Map();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      const now = Date.now();
      const repeated = now - (last.get(signal) ?? Number.NEGATIVE_INFINITY) < 1000;
      last.set(signal, now);
      if (!repeated && !(terminal && signal === "SIGINT")) child.kill(signal);
    });
  }
  child.on("error", (error) => fail(`Bun could not be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? code : 128 + (os.constants.signals[signal] ?? 0));
  });
}

/** @returns {never} */
function fail(message) {
  process.stderr.write(`fieldcast: ${message}\n`);
  process.exit(1);
}

module.exports = { bunBinary, ensureInstalled, installPackages, isInstalled, root, runBun };
