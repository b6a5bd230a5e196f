import type { Command, Option } from "commander";

/** Completions of the command line for shells, made of the commands themselves. */

export const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** One command with its full name, as it is typed behind the program's. */
interface Place {
  readonly words: readonly string[];
  readonly command: Command;
}
function* placesOf(command: Command, words: readonly string[] = []): Generator<Place> {
  yield { words, command };
  for (const child of command.commands) yield* placesOf(child, [...words, child.name()]);
}
const flagsOf = ({ options }: Command): readonly Option[] => options.filter(({ hidden }) => !hidden);
/** The next words of a command: its own commands, or its flags. */
const nextOf = ({ commands, options }: Command): string[] => [
  ...commands.map((child) => child.name()),
  ...options.flatMap(({ long, hidden }) => (long != null && !hidden ? [long] : [])),
  "--help",
];

/** The script that a shell reads (`source`). */
export function completionScript(shell: Shell, program: Command): string {
  return { bash, zsh, fish }[shell](program);
}

function bash(program: Command): string {
  const cases = [...placesOf(program)]
    .map(({ words, command }) => `    "${words.join(" ")}") words="${nextOf(command).join(" ")}" ;;`)
    .join("\n");
  return `# bash completion for fieldcast
_fieldcast() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ "$word" == -* ]] && break
    path="\${path:+$path }$word"
  done
  while :; do
    case "$path" in
${cases}
    esac
    [[ -n "$words" || -z "$path" ]] && break
    [[ "$path" == *" "* ]] && path="\${path% *}" || path=""
  done
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _fieldcast fieldcast
`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

function zsh(program: Command): string {
  const cases = [...placesOf(program)].map(({ words, command }) => {
    const children = command.commands.map((child) => quoted(`${child.name()}:${firstLine(child.description())}`));
    const flags = flagsOf(command).flatMap(({ long, description }) =>
      long == null ? [] : [quoted(`${long}:${firstLine(description)}`)],
    );
    return `    ${quoted(words.join(" "))}) next=(${[...children, ...flags].join(" ")}) ;;`;
  });
  return `#compdef fieldcast
_fieldcast() {
  local -a next
  local path="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ "$word" == -* ]] && break
    path="\${path:+$path }$word"
  done
  while true; do
    next=()
    case "$path" in
${cases.join("\n")}
    esac
    [[ \${#next} -gt 0 || -z "$path" ]] && break
    [[ "$path" == *" "* ]] && path="\${path% *}" || path=""
  done
  _describe 'fieldcast' next || _files
}
compdef _fieldcast fieldcast
`;
}

function fish(program: Command): string {
  const lines = [...placesOf(program)].flatMap(({ words, command }) => {
    const when = words.length === 0 ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${words.at(-1)}`;
    const children = command.commands.map(
      (child) =>
        `complete -c fieldcast -f -n ${quoted(when)} -a ${child.name()} -d ${quoted(firstLine(child.description()))}`,
    );
    const flags = flagsOf(command).flatMap(({ long, description }) =>
      long == null
        ? []
        : [`complete -c fieldcast -n ${quoted(when)} -l ${long.slice(2)} -d ${quoted(firstLine(description))}`],
    );
    return [...children, ...flags];
  });
  return `# fish completion for fieldcast\n${lines.join("\n")}\n`;
}
