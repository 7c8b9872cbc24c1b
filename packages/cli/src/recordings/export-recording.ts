import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError } from '../cli-error.ts'
import { sessionServer } from '../session/session-target.ts'
import type { Surroundings } from '../surroundings.ts'
import { recordingPages } from './recording-pages.ts'

export interface ExportOptions {
  readonly dataDir?: string
  readonly output?: string
}

/** `fairlead recordings export`. A file is there when it is whole, for its owner alone. */
export async function exportRecording(
  sessionId: string,
  options: ExportOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { stdout, stderr, workingDirectory } = surroundings
  const pages = recordingPages(sessionServer(options.dataDir, surroundings).client, sessionId)
  if (options.output === undefined) {
    for await (const page of pages) stdout.write(page)
    return
  }
  const path = resolve(workingDirectory, options.output)
  await writeWhole(path, pages)
  stderr.write(`${options.output} is an asciicast: asciinema play ${options.output}\n`)
}

async function writeWhole(path: string, pages: AsyncIterable<string>): Promise<void> {
  if (await isDevice(path)) {
    await writeAll(await openFor(path, path), pages)
    return
  }
  const part = `${path}.part`
  try {
    await writeAll(await openFor(path, part), pages)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** A device or a pipe is written to, and stays as it is. Throws CliError for a folder. */
async function isDevice(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cannotBeWritten(path, cause)
  })
  if (found?.isDirectory()) throw new CliError(`${path} is a folder: name a file in it with -o.`)
  return found !== undefined && !found.isFile()
}

/** `path` is what was named. */
async function openFor(path: string, file: string): Promise<FileHandle> {
  return await open(file, 'w', 0o600).catch((cause: unknown) => {
    throw cannotBeWritten(path, cause)
  })
}

async function writeAll(file: FileHandle, pages: AsyncIterable<string>): Promise<void> {
  try {
    for await (const page of pages) await file.writeFile(page)
  } finally {
    await file.close()
  }
}

function cannotBeWritten(path: string, cause: unknown): CliError {
  return new CliError(`${path} cannot be written: name another with -o.`, { cause })
}
