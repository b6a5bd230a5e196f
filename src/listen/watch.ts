import { type FSWatcher, statSync, watch } from "node:fs";
import { dirname } from "node:path";

/**
 * Calls `onChange` after one of the files was written, replaced or removed: told by the system, and looked for now and
 * then where the system does not tell (network drives, links that are switched). Several changes at once are one call.
 *
 * @param timing milliseconds: `settle` from the first sign to the look, `poll` from look to look
 * @returns stops it
 */
export function watchFiles(
  files: readonly string[],
  onChange: () => void,
  timing: { readonly settle: number; readonly poll: number } = { settle: 200, poll: 10_000 },
): () => void {
  let seen = signatures(files);
  let pending: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    pending = undefined;
    const now = signatures(files);
    if (now === seen) return;
    seen = now;
    onChange();
  };
  // the first sign sets the time of the look; a folder that is written to all the time cannot put it off for ever
  const soon = () => {
    pending ??= setTimeout(look, timing.settle);
  };
  const watchers = [...new Set(files.map((file) => dirname(file)))].flatMap((folder) => watchFolder(folder, soon));
  const poll = setInterval(look, timing.poll);
  poll.unref();
  return () => {
    clearTimeout(pending);
    clearInterval(poll);
    for (const watcher of watchers) watcher.close();
  };
}

/** Folders, not files: a file that is replaced by renaming is another file from then on. */
function watchFolder(folder: string, onSign: () => void): FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, onSign);
    watcher.on("error", () => watcher.close()); // looking now and then remains
    return [watcher];
  } catch {
    return [];
  }
}

function signatures(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
      return stat === undefined ? "absent" : `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
    })
    .join(" ");
}
