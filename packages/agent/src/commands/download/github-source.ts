import { isObject } from '../../disk/read-text.ts'
import { revealSecret } from '../parameters/secrets.ts'
import { fileAt, pathWithin } from './destination.ts'
import { httpGet, readAnswer } from './http-get.ts'
import { placeStream } from './place-file.ts'
import { readSha256, refuseSha256 } from './sha256.ts'
import { type Download, type DownloadWorld, type Source, type SourceInfo, textOf } from './source.ts'

const mostFiles = 1_000
const deepest = 16

interface Repository {
  readonly url: URL
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
}

/** `GitHub`: a file or a folder of a repository, by GitHub's API for contents, when the operator names one. */
export const githubSource: Source = async (info, download, world) => {
  const repository = await openRepository(info, download.signal, world)
  const path = textOf(info, 'path').replace(/^\/+|\/+$/g, '')
  const sha256 = readSha256(info)
  const entries = await listFolder(repository, path, download)
  if (entries === undefined) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    return downloadFile(repository, path, fileAt(download.destination, name), download, sha256)
  }
  refuseSha256(info, 'a folder of GitHub')
  const left = { files: mostFiles }
  await downloadFolder(repository, path, entries, download, left, deepest)
}

async function openRepository(info: SourceInfo, signal: AbortSignal, world: DownloadWorld): Promise<Repository> {
  const owner = textOf(info, 'owner')
  const name = textOf(info, 'repository')
  if (owner === '') throw new Error('Owner for GitHub SourceType must be specified')
  if (name === '') throw new Error('Repository for GitHub SourceType must be specified')
  if (world.githubApi === undefined) {
    throw new Error(
      'This agent asks GitHub for nothing unless it is started with --github-api https://api.github.com, or the API of a GitHub Enterprise Server.',
    )
  }
  const token = await revealSecret(textOf(info, 'tokenInfo'), world.calls, signal)
  const [kind, ref = ''] = textOf(info, 'getOptions').split(':')
  if (kind !== '' && kind !== 'branch' && kind !== 'commitID') {
    throw new Error("Type of option is unknown. Please use either 'branch' or 'commitID'.")
  }
  const base = world.githubApi.href.replace(/\/$/, '')
  return {
    url: new URL(`${base}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/contents/`),
    query: ref === '' ? '' : `?ref=${encodeURIComponent(ref)}`,
    headers: token === '' ? {} : { authorization: `Bearer ${token}` },
  }
}

/** Paths below a folder with their kinds, or undefined when the path is a file's. */
async function listFolder(
  repository: Repository,
  path: string,
  download: Download,
): Promise<readonly { readonly type: string; readonly path: string }[] | undefined> {
  const answer = await ask(repository, path, 'application/vnd.github+json', download)
  const found: unknown = JSON.parse(await readAnswer(answer))
  if (!Array.isArray(found)) return undefined
  return found.filter(isObject).map((one) => ({ type: String(one['type']), path: String(one['path']) }))
}

async function downloadFolder(
  repository: Repository,
  root: string,
  entries: readonly { readonly type: string; readonly path: string }[],
  download: Download,
  left: { files: number },
  depth: number,
): Promise<void> {
  if (depth === 0) throw new Error(`The folder is deeper than ${deepest} folders.`)
  for (const { type, path } of entries) {
    if (!path.startsWith(root)) throw new Error('GitHub named a file outside of the folder.')
    if (type === 'dir') {
      const inner = (await listFolder(repository, path, download)) ?? []
      await downloadFolder(repository, root, inner, download, left, depth - 1)
    } else if (type === 'file') {
      left.files--
      if (left.files < 0) throw new Error(`The folder has more than ${mostFiles} files.`)
      const target = pathWithin(download.destination, path.slice(root.length))
      await downloadFile(repository, path, target, download)
    }
  }
}

async function downloadFile(
  repository: Repository,
  path: string,
  target: string,
  download: Download,
  sha256?: string,
): Promise<void> {
  const content = await ask(repository, path, 'application/vnd.github.raw+json', download)
  await placeStream(content, target, download, sha256)
}

async function ask(
  { url, query, headers }: Repository,
  path: string,
  accept: string,
  { signal, connections }: Download,
) {
  const at = new URL(path.split('/').map(encodeURIComponent).join('/') + query, url)
  if (!at.href.startsWith(url.href)) throw new Error('The path leads out of the repository.')
  const answer = await httpGet(
    at,
    { headers: { ...headers, accept }, signal, allowsPlain: url.protocol === 'http:' },
    connections,
  )
  if (answer.statusCode === 200) return answer
  answer.destroy()
  throw new Error(`Could not download from GitHub repository: ${answer.statusCode} ${answer.statusMessage} for ${path}`)
}
