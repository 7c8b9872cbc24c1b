import { createRequire } from 'node:module'

/** The native part of @lydell/node-pty 1.1.0 for Linux and macOS. */
export interface PtyNative {
  /** Starts `file` as the leader of a session on a new pseudoterminal. `uid` and `gid` of -1 leave both as they are. */
  fork(
    file: string,
    args: readonly string[],
    environment: readonly string[],
    directory: string,
    columns: number,
    rows: number,
    uid: number,
    gid: number,
    isUtf8: boolean,
    helper: string,
    onExit: (code: number, signal: number) => void,
  ): { readonly fd: number; readonly pid: number; readonly pty: string }
  resize(fd: number, columns: number, rows: number): void
}

/**
 * Only the native part is used. The JavaScript around it (as of 1.1.0) turns output into text, which loses bytes that are no
 * UTF-8; drops what a slow reader has not read 200 ms after the shell's end; and writes so that a full terminal stops the
 * whole process. Throws when there is no prebuilt binary for this platform.
 */
export function loadPtyNative(): { readonly native: PtyNative; readonly helper: string } {
  const platform = `@lydell/node-pty-${process.platform}-${process.arch}`
  const require = createRequire(createRequire(import.meta.url).resolve('@lydell/node-pty'))
  try {
    const native = require(`${platform}/pty.node`) as PtyNative // the binary of an exact version
    // macOS alone starts the shell through a helper of its own.
    return { native, helper: process.platform === 'darwin' ? require.resolve(`${platform}/spawn-helper`) : '' }
  } catch (cause) {
    throw new Error(`Shells need pseudoterminals, and there are none for ${process.platform}-${process.arch} here.`, {
      cause,
    })
  }
}
