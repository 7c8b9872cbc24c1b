import { existsSync, mkdirSync, readdirSync, rmSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createDurably, isErrno, writeDurably, writeWhole } from '../disk/durable-file.ts'
import { isObject, readObject } from '../disk/read-text.ts'
import { StepFolder } from '../process/step-folder.ts'
import type { CommandRecord } from './record.ts'

/**
 * Commands on disk.
 *
 *   active/COMMAND.json         the record, from before the acknowledgement until the last reply is acknowledged
 *   commands/COMMAND/           made once the record is on disk, and so the mark that this command was here
 *   commands/COMMAND/0-STEP/    a step's script and output
 */
export class CommandStore {
  readonly #active: string
  readonly #commands: string

  constructor(stateDirectory: string) {
    this.#active = join(stateDirectory, 'active')
    this.#commands = join(stateDirectory, 'commands')
    for (const folder of [this.#active, this.#commands]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  isKnown(commandId: string): boolean {
    return existsSync(this.#activeFile(commandId)) || existsSync(join(this.#commands, commandId))
  }

  /** True until the server has every reply. */
  isActive(commandId: string): boolean {
    return existsSync(this.#activeFile(commandId))
  }

  /** Takes a command on: answers once its first record would survive power loss. When this throws, nothing is known of it. */
  async create(record: CommandRecord): Promise<void> {
    await createDurably(this.#activeFile(record.commandId), JSON.stringify(record))
  }

  /** Answers once the record would survive power loss. */
  async saveDurably(record: CommandRecord): Promise<void> {
    await writeDurably(this.#activeFile(record.commandId), JSON.stringify(record))
  }

  /** Survives the death of the agent. */
  save(record: CommandRecord): void {
    writeWhole(this.#activeFile(record.commandId), JSON.stringify(record))
  }

  /** The server has every reply: what remains is the mark that this command was here. */
  retire(commandId: string): void {
    // A job that was refused has a last reply too, but no record.
    if (!this.isActive(commandId)) return
    if (!existsSync(this.commandFolder(commandId))) makeFolder(this.commandFolder(commandId))
    unlinkSync(this.#activeFile(commandId))
  }

  /** Commands that an earlier agent left behind, oldest first. */
  active(): readonly CommandRecord[] {
    const records: CommandRecord[] = []
    for (const name of readdirSync(this.#active)) {
      const path = join(this.#active, name)
      const record = name.endsWith('.json') ? readObject(path) : undefined
      // A file that is cut was never acknowledged, so its job comes again.
      if (isRecord(record)) records.push(record)
      else rmSync(path, { force: true })
    }
    return records.sort((one, other) => one.since - other.since)
  }

  commandFolder(commandId: string): string {
    return join(this.#commands, commandId)
  }

  /** The folder of a start of a step, made if need be. */
  stepFolder(commandId: string, folder: string): StepFolder {
    const path = join(this.#commands, commandId, folder)
    makeFolder(this.commandFolder(commandId))
    makeFolder(path)
    return new StepFolder(path)
  }

  #activeFile(commandId: string): string {
    return join(this.#active, `${commandId}.json`)
  }
}

// Quicker than the recursive way, which asks about every parent.
function makeFolder(path: string): void {
  try {
    mkdirSync(path, 0o700)
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
  }
}

// The agent wrote it whole itself, so this only tells a record from a file that was cut or is somebody else's.
function isRecord(value: unknown): value is CommandRecord {
  return isObject(value) && typeof value['commandId'] === 'string' && Array.isArray(value['steps'])
}
