import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { bundleEntry, isAgentVersion } from '@fairlead/wire/agent-bundle'
import { isErrno, syncPath, writeDurably } from '../disk/durable-file.ts'
import { readObject } from '../disk/read-text.ts'

/** A version of the agent that was fetched. */
export interface InstalledVersion {
  readonly version: string
  /** What Node is started with. */
  readonly entry: string
}

/**
 * Versions of the agent that were fetched from the server:
 *
 *   versions/VERSION/         a bundle, unpacked
 *   versions/VERSION/over     the version that was installed on the node, without us, when this one was fetched, and the
 *                             Node that this one needs
 *   versions/VERSION/starts   starts in a row that came to nothing (fitness.ts)
 *   versions/current          a link to the one that runs; it only ever names one that has shown that it works
 *   versions/fetching, …/new  what is on its way
 */
export class Versions {
  readonly #folder: string

  constructor(stateDirectory: string) {
    this.#folder = join(stateDirectory, 'versions')
  }

  folderOf(version: string): string {
    return join(this.#folder, version)
  }

  /** A file and a folder for a version on its way, which are not there yet. What an earlier try left is gone. */
  prepare(): { readonly bundle: string; readonly folder: string } {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.discard()
    return { bundle: join(this.#folder, 'fetching'), folder: join(this.#folder, 'new') }
  }

  discard(): void {
    for (const name of ['fetching', 'new']) rmSync(join(this.#folder, name), { recursive: true, force: true })
  }

  /** What was unpacked becomes a version that can be started. Answers once that would survive power loss. */
  async keep(version: string, over: string, engines: string): Promise<InstalledVersion> {
    await writeDurably(join(this.#folder, 'new', 'over'), JSON.stringify({ version: over, engines }))
    const place = this.folderOf(version)
    // Left from before another version was installed: it would name this one, which has yet to show that it works.
    if (this.#linked() === version) {
      rmSync(join(this.#folder, 'current'))
      await syncPath(this.#folder)
    }
    rmSync(place, { recursive: true, force: true })
    renameSync(join(this.#folder, 'new'), place)
    await syncPath(this.#folder)
    this.discard()
    return { version, entry: join(place, bundleEntry) }
  }

  /** What stands where the link belongs, and is none: it says nothing, and is in the way of the next version. */
  get obstacle(): string | undefined {
    const path = join(this.#folder, 'current')
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === false ? path : undefined
  }

  isCurrent(version: string): boolean {
    return version === this.#linked()
  }

  /** Makes a version the one that runs from the next start on; the one before stays, older ones go. */
  async switchTo(version: string): Promise<void> {
    const before = this.#linked()
    const fresh = join(this.#folder, 'current.new')
    rmSync(fresh, { force: true })
    symlinkSync(version, fresh)
    renameSync(fresh, join(this.#folder, 'current'))
    await syncPath(this.#folder)
    for (const name of readdirSync(this.#folder)) {
      if (isAgentVersion(name) && name !== version && name !== before) this.remove(name)
    }
  }

  /** Removes a version, unless it is the current one. */
  remove(version: string): void {
    if (version !== this.#linked()) rmSync(join(this.#folder, version), { recursive: true, force: true })
  }

  /**
   * The version to run in place of the one that is installed. None after the installed one was changed: whoever did that
   * wants it to run.
   */
  current(installed: string): InstalledVersion | undefined {
    const version = this.#linked()
    if (version === undefined) return undefined
    const entry = join(this.#folder, version, bundleEntry)
    const over = readObject(join(this.#folder, version, 'over'))
    return over?.['version'] === installed && existsSync(entry) ? { version, entry } : undefined
  }

  #linked(): string | undefined {
    try {
      const name = basename(readlinkSync(join(this.#folder, 'current')))
      return isAgentVersion(name) ? name : undefined
    } catch (error) {
      if (isErrno(error, 'ENOENT') || isErrno(error, 'EINVAL')) return undefined
      throw error
    }
  }
}
