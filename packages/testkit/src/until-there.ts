import { dirname } from 'node:path'

/**
 * A line of shell that waits for a file. It ends with status 9 when the file's folder is gone: nobody will write the
 * file when its test has failed, and scripts outlive their agents.
 */
export function untilThere(path: string): string {
  return `until [ -e '${path}' ]; do [ -d '${dirname(path)}' ] || exit 9; sleep 0.02; done`
}
