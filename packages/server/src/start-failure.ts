/** What an operator is told when the server cannot start: what is wrong, and what to do. */
export function explainStartFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const where = error instanceof Error ? error.message : String(error)
  switch (code) {
    case 'EADDRINUSE':
      return `the port is taken (${where}). Another server may be running; give --listen another port.`
    case 'EACCES':
      return `permission denied (${where}). Use a port above 1023, or a --data-dir that this user may write.`
    case 'EROFS':
      return `the disk is read-only (${where}). Give a --data-dir that can be written.`
    case 'ENOSPC':
      return `the disk is full (${where}). Make room, then start again.`
    case 'EADDRNOTAVAIL':
      return `this machine does not have that address (${where}). Give --listen one of its own.`
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
