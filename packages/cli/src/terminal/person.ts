/** Whoever sits at the terminal, if somebody does. */
export interface Person {
  readonly isThere: boolean
  /** The line that is answered; undefined when there is none. An interruption ends the question too. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>
  /** SIGINT or SIGTERM; answers what ends the listening. */
  onInterrupt(act: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
}

const longestLine = 1_000

export function processPerson(): Person {
  const { stdin, stderr } = process
  return {
    isThere: stdin.isTTY === true && stderr.isTTY === true,
    async ask(question, signal) {
      stderr.write(question)
      const { promise, resolve } = Promise.withResolvers<string | undefined>()
      let line = ''
      const read = (bytes: Buffer) => {
        line += bytes.toString()
        if (line.includes('\n') || line.length > longestLine) resolve(line.split('\n')[0])
      }
      const end = () => resolve(undefined)
      stdin.on('data', read).on('end', end).resume()
      signal.addEventListener('abort', end)
      try {
        return await promise
      } finally {
        stdin.off('data', read).off('end', end).pause()
        signal.removeEventListener('abort', end)
      }
    },
    onInterrupt(act) {
      const hear = (signal: NodeJS.Signals) => act(signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT')
      process.on('SIGINT', hear).on('SIGTERM', hear)
      return () => void process.off('SIGINT', hear).off('SIGTERM', hear)
    },
  }
}
