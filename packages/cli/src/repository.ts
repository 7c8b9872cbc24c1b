import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }

/** The folder that Fairlead is installed in, without a slash at its end. */
export const installedIn = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..', '..')

export const binFolder = join(installedIn, 'bin')

export const version: string = manifest.version
