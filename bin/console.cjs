"use strict";
// Builds the console for browsers when it is missing or older than its sources. No dependencies: it runs before anything else.
const { createHash } = require("node:crypto");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { bunBinary, installPackages, isInstalled, root } = require("./launch.cjs");

const folder = path.join(root, "console");
const page = path.join(folder, "dist", "index.html");
const stamp = path.join(folder, "dist", "sources.txt");

/**
 * A server without its console still serves devices and programs, so nothing here stops a start: what fails is said.
 * @returns {boolean} whether there is a console that fits its sources
 */
function ensureConsole() {
  // a package of the server alone has no sources of the console
  if (!fs.existsSync(path.join(folder, "build.ts"))) return fs.existsSync(page);
  const wanted = digest();
  const built = fs.existsSync(page);
  if (built && read(stamp) === wanted) return true;
  const why = built ? "the console is older than its sources" : "the console is not built yet";
  say(`${why}, building it (once) ...`);
  if (!ensureConsolePackages()) return failed("its packages could not be installed");
  const done = spawnSync(bunBinary(), [path.join(folder, "build.ts")], { cwd: root, stdio: ["ignore", 2, 2] });
  if (done.status !== 0) return failed("the build failed");
  fs.writeFileSync(stamp, wanted);
  return true;
}

/** @returns {boolean} whether the packages that the console is built of are there now */
function ensureConsolePackages() {
  return isInstalled(folder) || installPackages(folder, ["--include=dev"]);
}

/** What the console is built of, as one hash: files, not times, since a checkout touches them. */
function digest() {
  const hash = createHash("sha256");
  const names = fs
    .readdirSync(path.join(folder, "src"), { recursive: true })
    .map((name) => path.join("src", String(name)))
    // beside the sources: the build, and what it is made of
    .concat(fs.readdirSync(folder))
    .filter((name) => /\.(?:ts|tsx|js|css|html)$/.test(name) && !/\.test\.tsx?$/.test(name))
    .sort();
  for (const name of ["package-lock.json", ...names])
    hash
      .update(`${name.replaceAll("\\", "/")}\0`)
      .update(fs.readFileSync(path.join(folder, name)))
      .update("\0");
  return hash.digest("hex");
}

function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function say(line) {
  process.stderr.write(`fieldcast: ${line}\n`);
}

function failed(what) {
  say(`${what}; the lines above say why. The server starts without the newest console; the next start tries again`);
  return false;
}

module.exports = { ensureConsole, ensureConsolePackages };
