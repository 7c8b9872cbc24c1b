import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { CliError } from '../cli-error.ts'
import { isProcessAlive } from '../installation/process-alive.ts'
import { readServerFile } from '../installation/server-file.ts'

/** What the quickstart keeps of itself between two starts. */
interface Notes {
  /** The quickstart that uses the folder, or used it last. */
  readonly pid?: number
  /** The sandbox node, once it has registered. */
  readonly nodeId?: string
}

/** The private folder of the quickstart: a server's data, a node's state, and their logs. */
export class Sandbox {
  readonly directory: string
  readonly serverDirectory: string
  readonly nodeDirectory: string
  readonly serverLog: string
  readonly nodeLog: string
  readonly #notes: string

  constructor(directory: string) {
    this.directory = directory
    this.serverDirectory = join(directory, 'server')
    this.nodeDirectory = join(directory, 'node')
    this.serverLog = join(directory, 'server.log')
    this.nodeLog = join(directory, 'node.log')
    this.#notes = join(directory, 'quickstart.json')
  }

  /** Makes the folder and takes it for process `pid`. Throws CliError when it can't be had. */
  take(pid: number): void {
    const notes = this.#read()
    if (notes === undefined && existsSync(this.directory) && readdirSync(this.directory).length > 0) {
      throw new CliError(`${this.directory} holds something else. Choose an empty or new folder with --data-dir.`)
    }
    try {
      mkdirSync(this.directory, { recursive: true, mode: 0o700 })
      accessSync(this.directory, constants.W_OK)
    } catch (cause) {
      throw new CliError(`${this.directory} cannot be written. ${adviceFor(nearestFault(this.directory) ?? cause)}`, {
        cause,
      })
    }
    this.#refuseWhenInUse(notes?.pid, pid)
    this.#write({ ...notes, pid })
  }

  /** The node that registered from here and still has its state. */
  knownNode(): string | undefined {
    return existsSync(this.nodeDirectory) ? this.#read()?.nodeId : undefined
  }

  rememberNode(nodeId: string): void {
    this.#write({ ...this.#read(), nodeId })
  }

  /** Removes the state of a node that the server does not know. */
  forgetNode(): void {
    const { nodeId: _, ...kept } = this.#read() ?? {}
    this.#write(kept)
    rmSync(this.nodeDirectory, { recursive: true, force: true })
  }

  #refuseWhenInUse(holder: number | undefined, pid: number): void {
    const server = readServerFile(this.serverDirectory)
    if (server === undefined || !isProcessAlive(server.pid)) return
    const isOurs = holder !== undefined && holder !== pid && isProcessAlive(holder)
    const who = isOurs ? `pid ${holder}` : `its server has pid ${server.pid}`
    throw new CliError(
      `The quickstart is already running (${who}), on ${server.urls.join(' and ')}.\n` +
        '  Use it:        eval "$(bin/fairlead env)"\n' +
        `  Stop it:       kill ${isOurs ? holder : server.pid}\n` +
        '  Have another:  npm run quickstart -- --data-dir DIR --port 0',
    )
  }

  #read(): Notes | undefined {
    if (!existsSync(this.#notes)) return undefined
    let notes: unknown
    try {
      notes = JSON.parse(readFileSync(this.#notes, 'utf8'))
    } catch (cause) {
      throw new CliError(`${this.#notes} cannot be read. To begin anew: rm -r ${this.directory}`, { cause })
    }
    const { pid, nodeId } = (notes ?? {}) as Readonly<Record<string, unknown>>
    return {
      ...(typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 ? { pid } : {}),
      ...(typeof nodeId === 'string' ? { nodeId } : {}),
    }
  }

  #write(notes: Notes): void {
    try {
      writeFileSync(`${this.#notes}.new`, `${JSON.stringify(notes)}\n`, { mode: 0o600 })
      renameSync(`${this.#notes}.new`, this.#notes)
    } catch (cause) {
      throw new CliError(`${this.#notes} cannot be written. ${adviceFor(cause)}`, { cause })
    }
  }
}

// mkdir answers ENOENT for a folder that is to be made on a read-only disk: what is there already tells more.
function nearestFault(directory: string): unknown {
  const nearest = existsSync(directory) || dirname(directory) === directory ? directory : undefined
  if (nearest === undefined) return nearestFault(dirname(directory))
  try {
    accessSync(nearest, constants.W_OK)
    return undefined
  } catch (error) {
    return error
  }
}

function adviceFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EROFS') return 'The disk is read-only: choose a folder on another with --data-dir.'
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'The disk is full: make room, or choose another with --data-dir.'
  return 'Choose a folder of your own with --data-dir.'
}
