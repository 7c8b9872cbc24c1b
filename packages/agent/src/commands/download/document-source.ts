import { Readable } from 'node:stream'
import { readDocumentName } from '../inner/document-name.ts'
import { orAborted } from '../work.ts'
import { fileAt } from './destination.ts'
import { placeStream } from './place-file.ts'
import { readSha256 } from './sha256.ts'
import { type Source, textOf } from './source.ts'

/** `SSMDocument`: the content of a document of the server, as JSON. */
export const documentSource: Source = async (info, download, world) => {
  const asked = textOf(info, 'name')
  if (asked === '') throw new Error('SSM Document name in SourceType must be specified')
  const { name, version, fileName } = readDocumentName(asked)
  const content = await orAborted(world.calls.getDocument(name, version), download.signal)
  const path = fileAt(download.destination, `${fileName}.json`)
  await placeStream(Readable.from([Buffer.from(content)]), path, download, readSha256(info))
}
