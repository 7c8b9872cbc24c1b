import type { Writable } from 'node:stream'

/** As SIGPIPE ends other programs. */
const brokenPipe = 141

/** Ends this process when nobody reads what it writes any more, as in `fairlead nodes | head`, unless somebody sees to that. */
export function endWithReader(stream: Writable): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (stream.listenerCount('error') > 1) return
    if (error.code !== 'EPIPE') process.stderr.write(`fairlead: ${error.message}\n`)
    process.exit(error.code === 'EPIPE' ? brokenPipe : 1)
  })
}
