/** What an operator is told when the server cannot start: what is wrong, and what to do. */
export function explainStartFailure(error: unknown): string {
  const code = codeOf(error)
  const where = whole(error)
  if (code === 'ERR_SQLITE_ERROR' && /not a database|malformed/.test(where)) {
    return `the database in the data directory is damaged (${where}). Restore it: fairlead server backup --help says how.`
  }
  switch (code) {
    case 'EADDRINUSE':
      return `the port is taken (${where}). Another server may be running; give --listen another port.`
    case 'EACCES':
      return `permission denied (${where}). Use a port above 1023, or a --data-dir that this user may write.`
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EPERM':
      return `${where}. Give a --data-dir that can be made and written.`
    case 'EROFS':
      return `the disk is read-only (${where}). Give a --data-dir that can be written.`
    case 'ENOSPC':
      return `the disk is full (${where}). Make room, then start again.`
    case 'EADDRNOTAVAIL':
      return `this machine does not have that address (${where}). Give --listen one of its own.`
    default:
      return where
  }
}

/** The first code on the way down to the cause. */
function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  return 'code' in error ? error.code : codeOf(error.cause)
}

function whole(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${whole(error.cause)}` : error.message
}
