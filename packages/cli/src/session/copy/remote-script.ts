import { shellQuote } from '../../env/shell-quote.ts'

/**
 * What the node's shell carries out. It speaks with us in lines: `R<mark> …` when it is ready, then the file or the archive
 * in one direction, then `E<mark> STATUS LENGTH` and as many bytes of complaints. It ends when it is sent one byte more, so
 * that nothing of it can get lost. Terminals change bytes unless they are told not to.
 */
export interface RemoteScript {
  readonly text: string
  readonly mark: string
}

// Paths are relative to the home, whatever directory an agent begins in.
const begin = 'export LC_ALL=C; stty raw -echo && cd "$HOME" || exit 1'
const tell = (mark: string) => `printf 'E${mark} %s %s\\n%s' "$s" "\${#e}" "$e"`
const end = 'head -c 1 >/dev/null'

/** Takes `length` bytes for a file, which keeps its name if the path is a folder. */
export function takeFile(mark: string, path: string, name: string, length: number, mode: number): RemoteScript {
  const quoted = shellQuote(path)
  const lines = [
    begin,
    `p=${asOperand(quoted)}`,
    `if [ -d "$p" ]; then p=$p/${shellQuote(name)}; fi`,
    `printf 'R${mark} f\\n'`,
    // A device or a pipe is written to, and stays as it is.
    `e=$( { head -c ${length} >"$p" && if [ -f "$p" ]; then chmod ${mode.toString(8)} "$p"; fi; } 2>&1); s=$?`,
    tell(mark),
    end,
  ]
  return { mark, text: lines.join('\n') }
}

/** Takes an archive of `length` bytes: what is in a folder, which keeps its name if the path is a folder that exists. */
export function takeFolder(mark: string, path: string, name: string, length: number): RemoteScript {
  const lines = [
    begin,
    `p=${asOperand(shellQuote(path))}`,
    `if [ -d "$p" ]; then p=$p/${shellQuote(name)}; fi`,
    `printf 'R${mark} d\\n'`,
    // The archive holds what is in the folder, so its own name does not matter.
    `e=$( { mkdir -p "$p" && head -c ${length} | tar -xpof - -C "$p"; } 2>&1); s=$?`,
    tell(mark),
    end,
  ]
  return { mark, text: lines.join('\n') }
}

/** Sends the file or folder as an archive, with what links lead to in place of the links. */
export function sendAll(mark: string, path: string, isRecursive: boolean): RemoteScript {
  const lines = [
    begin,
    `p=${asOperand(shellQuote(path))}`,
    // What has no end is not read: a device, a pipe.
    'z=0; if [ -d "$p" ]; then k=d; elif [ -f "$p" ]; then k=f; z=$(wc -c <"$p"); elif [ -e "$p" ]; then k=o; else k=n; fi',
    // Files of /proc hold more than they say, and tar goes by what they say.
    't=; if [ $k = f ] && [ ! -s "$p" ] && [ "$z" -gt 0 ]; then t=$(mktemp) && cat <"$p" >"$t" && p=$t; fi',
    // As text where the node can: Amazon's agent drops bytes of what is no UTF-8 (of EF BF BD, the last two).
    'c=cat; if command -v base64 >/dev/null 2>&1; then c=base64; fi',
    `printf 'R${mark} %s %s %s\\n' "$k" "$z" "$c"`,
    // By way of a pipe: tar writes no archive to a terminal.
    '{ s=0; e=',
    isRecursive
      ? `if [ $k = d ]; then { e=$(cd "$p" && tar -chf - . 2>&1 >&3); s=$?; } 3>&1; fi`
      : 'if [ $k = d ]; then k=n; fi',
    // Not by dirname and basename, of whose answers a shell drops newlines at the end.
    `case $p in */*) ;; *) p=./$p ;; esac`,
    `if [ $k = f ]; then { e=$(cd "\${p%/*}/" && tar -chf - "./\${p##*/}" 2>&1 >&3); s=$?; } 3>&1; fi`,
    `${tell(mark)}; } | $c`,
    'if [ "$t" ]; then rm -f "$t"; fi',
    end,
  ]
  return { mark, text: lines.join('\n') }
}

/** A path that begins with a hyphen is not an option. */
function asOperand(quoted: string): string {
  return /^'?-/.test(quoted) ? `./${quoted}` : quoted
}
