import { isObject } from '../../disk/read-text.ts'
import { parseText } from '../inner/parse-text.ts'
import type { WorkPlugin } from '../plugin.ts'
import { textInput } from '../step-inputs.ts'
import { destinationOf } from './destination.ts'
import { documentSource } from './document-source.ts'
import { gitSource } from './git-source.ts'
import { githubSource } from './github-source.ts'
import { HttpConnections } from './http-connections.ts'
import { httpSource } from './http-source.ts'
import { s3Source } from './s3-source.ts'
import type { Source, SourceInfo } from './source.ts'

const sources: ReadonlyMap<string, Source> = new Map([
  ['Git', gitSource],
  ['GitHub', githubSource],
  ['HTTP', httpSource],
  ['S3', s3Source],
  ['SSMDocument', documentSource],
])

/** Downloads what `sourceInfo` names to `destinationPath`. The texts are those of Amazon's agent. */
export const downloadContent: WorkPlugin = {
  kind: 'work',
  name: 'aws:downloadContent',
  async perform(inputs, { downloads, folder, signal }, { downloads: world }) {
    const type = textInput(inputs, 'sourceType')
    if (type === '') throw new Error('invalid input: SourceType must be specified')
    const source = sources.get(type)
    if (source === undefined) throw new Error('invalid input: Unsupported source type')

    const info = await readInfo(inputs['sourceInfo'], type)
    const destination = destinationOf(textInput(inputs, 'destinationPath'), downloads)
    const allowance = { left: world.limitBytes }
    const connections = new HttpConnections(world)
    try {
      await source(info, { destination, scratch: folder, signal, connections, allowance }, world)
    } finally {
      connections.close()
    }
    return `Content downloaded to ${destination}`
  },
}

/** `sourceInfo`: the text of an object, or the object itself. */
async function readInfo(given: unknown, type: string): Promise<SourceInfo> {
  if (isObject(given)) return given
  if (typeof given !== 'string' || given.trim() === '') throw new Error('invalid input: SourceInfo must be specified')
  return parseText(given, `SourceInfo for source type ${type}`)
}
