import { fileAt, pathWithin } from './destination.ts'
import { placeStream } from './place-file.ts'
import { readS3Url, type S3Location } from './s3-location.ts'
import { getObject, listObjects, type S3Page } from './s3-requests.ts'
import { readSha256, refuseSha256 } from './sha256.ts'
import { type Download, type DownloadWorld, type Source, textOf } from './source.ts'

const mostObjects = 10_000
/** Of a thousand keys each, unless the server gives fewer; some may be empty. */
const mostPages = 200

/** `S3`: an object, or everything below a folder. Which of both it is S3 tells, as in Amazon's agent. */
export const s3Source: Source = async (info, download, world) => {
  const path = textOf(info, 'path')
  if (path === '') throw new Error('S3 source path in SourceInfo must be specified')
  const location = readS3Url(path, world.s3Endpoint)
  if (location === undefined) {
    throw new Error(
      'invalid S3 path parameter: it is no URL of S3. If it is one of a store of your own, start the agent with --s3-endpoint',
    )
  }
  const sha256 = readSha256(info)
  const keys = await keysBelow(location, download, world)
  if (keys.length > 0) {
    refuseSha256(info, 'a folder of S3')
    return downloadAll(location, keys, download, world)
  }
  if (isFolder(location.key)) throw new Error(`There is nothing at ${path}`)
  const content = await getObject(location, location.key, download, world)
  const name = location.key.slice(location.key.lastIndexOf('/') + 1)
  await placeStream(content, fileAt(download.destination, name), download, sha256)
}

async function downloadAll(
  location: S3Location,
  keys: readonly string[],
  download: Download,
  world: DownloadWorld,
): Promise<void> {
  const prefix = folderOf(location.key)
  // Every name is looked at before anything is downloaded.
  const files = keys.filter((key) => !isFolder(key)).map((key) => ({ key, name: key.slice(prefix.length) }))
  const paths = files.map(({ name }) => pathWithin(download.destination, name))
  for (const [index, { key }] of files.entries()) {
    const content = await getObject(location, key, download, world)
    await placeStream(content, paths[index] ?? '', download)
  }
}

/** The objects below a key that is a folder; none when it is not, or when the caller may not know. */
async function keysBelow(location: S3Location, download: Download, world: DownloadWorld): Promise<readonly string[]> {
  const folder = folderOf(location.key)
  const keys: string[] = []
  let token: string | undefined
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await pageOf(location, token, download, world)
    keys.push(...page.keys.filter((key) => key.startsWith(folder)))
    if (keys.length > mostObjects) throw new Error(`There are more than ${mostObjects} objects below it.`)
    token = page.next
    if (token === undefined) return keys
  }
  throw new Error(`S3 lists ${folder} in more than ${mostPages} pages.`)
}

async function pageOf(
  location: S3Location,
  token: string | undefined,
  download: Download,
  world: DownloadWorld,
): Promise<S3Page> {
  try {
    return await listObjects(location, folderOf(location.key), token, download, world)
  } catch (error) {
    // Who may read an object may not be allowed to list: it is taken for one then, as in Amazon's agent.
    if (isFolder(location.key) || token !== undefined || download.signal.aborted) throw error
    return { keys: [], next: undefined }
  }
}

function isFolder(key: string): boolean {
  return key === '' || key.endsWith('/')
}

function folderOf(key: string): string {
  return isFolder(key) ? key : `${key}/`
}
