import { spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'

export interface GitOrder {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** No file that git writes grows beyond it. */
  readonly limitBytes: number
  /** Is given each line of standard output; throws to end git. */
  onLine?(line: string): void
}

const longestError = 2_000
const blockBytes = 512
/** In characters. No path on a node is as long, but a repository can name one of any length. */
const longestLine = 16_384

/**
 * Runs git to its end, in a process group of its own that ends with the step. Throws an Error with the end of what git says
 * when it fails. `lines` end in NUL.
 */
export function runGit(args: readonly string[], order: GitOrder): Promise<void> {
  const { folder, environment, signal, limitBytes } = order
  const limit = Math.ceil(limitBytes / blockBytes)
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = spawn('/bin/sh', ['-c', `ulimit -f ${limit} && exec git "$@"`, 'git', ...args], {
      cwd: folder,
      env: { ...environment, GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'http:https', LC_ALL: 'C' },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let failure: unknown
    const kill = (reason: unknown) => {
      failure ??= reason
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has just ended.
      }
    }
    const onAbort = () => kill(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told = (told + text).slice(-longestError)
    })
    readLines(child.stdout, order.onLine, kill)
    child.on('error', kill)
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', onAbort)
      if (failure !== undefined) reject(failure)
      else if (code === 0) resolve()
      else if (killedBy === 'SIGXFSZ')
        reject(new Error('There is more of it than this agent downloads (--download-limit).'))
      else reject(new Error(told.trim() || `git ended with ${code ?? killedBy}`))
    })
  })
}

function readLines(
  output: NodeJS.ReadableStream,
  onLine: ((line: string) => void) | undefined,
  kill: (reason: unknown) => void,
): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  output.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\0')
    rest = lines.pop() ?? ''
    try {
      for (const line of lines) onLine?.(line)
      if (rest.length > longestLine) throw new Error(`git says a line of more than ${longestLine} characters.`)
    } catch (error) {
      kill(error)
    }
  })
}
