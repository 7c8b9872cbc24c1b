import { open, rename, rm } from 'node:fs/promises'
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
  const part = `${path}.part`
  try {
    const file = await open(part, 'w', 0o600).catch((cause: unknown) => {
      throw new CliError(`${path} cannot be written: name another with -o.`, { cause })
    })
    try {
      for await (const page of pages) await file.writeFile(page)
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}
