/**
 * The shell text that stands between the agent and a script, so that the script needs neither the agent nor a Node
 * process of its own. Called as `sh -c wrapper FOLDER PROGRAM ARGUMENT…`; one fork, builtins only.
 *
 * It first makes FOLDER/started, which only one can do (`set -C` opens with O_EXCL), holding its line of
 * /proc/PID/stat or just its process id; whoever comes second runs nothing. It ends by writing FOLDER/exit.
 */
export const wrapper = [
  `{ read -r fairlead_line < "/proc/$$/stat"; } 2>/dev/null || fairlead_line=$$`,
  'set -C',
  `{ echo "$fairlead_line" > "$0/started"; } 2>/dev/null || exit ${notStartedCode()}`,
  'set +C',
  'unset fairlead_line',
  '"$@"',
  'set -- $?',
  'echo "$1" > "$0/exit"',
  'exit "$1"',
].join('\n')

/** What the wrapper exits with when it ran nothing. A script may exit so too, but then FOLDER/exit says so. */
export function notStartedCode(): number {
  return 125
}
