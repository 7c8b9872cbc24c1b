import { mkdirSync, readdirSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { revealSecret } from '../parameters/secrets.ts'
import { pathWithin } from './destination.ts'
import { type GitOrder, runGit } from './git-program.ts'
import { moveFile } from './place-file.ts'
import { refuseSha256 } from './sha256.ts'
import { type Download, type DownloadWorld, type Source, type SourceInfo, textOf } from './source.ts'

const mostFiles = 50_000

/** `Git`: the files of a repository over http or https, by the git of the node. A commit's id is a digest of them. */
export const gitSource: Source = async (info, download, world) => {
  const url = readRepository(info)
  const wanted = readGetOptions(textOf(info, 'getOptions'))
  refuseSha256(info, 'a repository')

  const folder = join(download.scratch, 'repository')
  rmSync(folder, { recursive: true, force: true }) // of an earlier agent
  mkdirSync(folder, { mode: 0o700 })
  try {
    const environment = { ...world.environment, ...(await configuration(url, info, download.signal, world)) }
    const order = { folder, environment, signal: download.signal, limitBytes: world.limitBytes }
    await fetch(url, wanted, order)
    await checkSize(order, download)
    await runGit(['checkout', '--quiet', '--force', 'FETCH_HEAD', '--'], order)
    await moveTree(folder, download)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fetch(url: URL, { ref }: { readonly ref: string }, order: GitOrder): Promise<void> {
  await runGit(['init', '--quiet', '--template=', '.'], order)
  const fetchWith = (...args: readonly string[]) => runGit(['fetch', '--quiet', '--no-tags', ...args], order)
  try {
    await fetchWith('--depth=1', '--', url.href, ref)
  } catch (error) {
    // Some servers hand out no single commits: then it takes them all.
    if (!isCommitId(ref) || order.signal.aborted) throw error
    await fetchWith('--', url.href, 'refs/heads/*:refs/remotes/origin/*')
    await runGit(['fetch', '--quiet', '.', ref], order).catch(() => {
      throw error
    })
  }
}

/** Counts what a checkout would write: few objects can make endless files. */
async function checkSize(order: GitOrder, { allowance }: Download): Promise<void> {
  let files = 0
  await runGit(['ls-tree', '-r', '-l', '-z', 'FETCH_HEAD'], {
    ...order,
    onLine(line) {
      files++
      allowance.left -= Number(/^\d+ \w+ [0-9a-f]+ +(\d+)\t/.exec(line)?.[1] ?? 0)
      if (files > mostFiles) throw new Error(`The repository has more than ${mostFiles} files.`)
      if (allowance.left < 0) throw new Error('There is more of it than this agent downloads (--download-limit).')
    },
  })
}

/** Moves all but `.git`. Links may lead to other files of the repository only. */
async function moveTree(root: string, { destination, signal }: Download): Promise<void> {
  const entries = entriesBelow(root, '').filter(({ name }) => !name.startsWith('.git/'))
  for (const { name, isLink } of entries) {
    if (isLink) checkLink(root, name)
  }
  mkdirSync(destination, { recursive: true, mode: 0o700 })
  for (const { name, isLink } of entries) {
    signal.throwIfAborted()
    const path = pathWithin(destination, name)
    if (isLink) placeLink(readlinkSync(join(root, name)), path)
    else await moveFile(join(root, name), path)
  }
}

interface Entry {
  /** Below the root. */
  readonly name: string
  readonly isLink: boolean
}

// Not by the recursive way of readdir, which follows links.
function entriesBelow(root: string, folder: string): readonly Entry[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}${entry.name}`
    return entry.isDirectory() ? entriesBelow(root, `${name}/`) : [{ name, isLink: entry.isSymbolicLink() }]
  })
}

/**
 * A link may go up first and down afterwards, as far up as the root. Going up after having gone down, it could turn back
 * at another link, and from there lead anywhere.
 */
function checkLink(root: string, name: string): void {
  const target = readlinkSync(join(root, name))
  const inside = realpathSync(root)
  const folder = realpathSync(dirname(join(root, name)))
  const leadsTo = resolve(folder, target)
  const parts = target.split('/').filter((part) => part !== '' && part !== '.')
  const turnsBack =
    parts.lastIndexOf('..') > parts.findIndex((part) => part !== '..') && parts.some((part) => part !== '..')
  if (isAbsolute(target) || turnsBack || (leadsTo !== inside && !leadsTo.startsWith(inside + sep))) {
    throw new Error(`The link ${name} leads out of the repository.`)
  }
}

function placeLink(target: string, path: string): void {
  const part = `${path}.fairlead-part`
  rmSync(part, { force: true })
  symlinkSync(target, part)
  renameSync(part, path)
}

function readRepository(info: SourceInfo): URL {
  const given = textOf(info, 'repository')
  if (given === '') throw new Error('Repository for Git resources type must be specified')
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Error('This agent fetches repositories by http and https only, and takes no privateSSHKey.')
  }
  if (textOf(info, 'privateSSHKey') !== '') {
    throw new Error(
      'Private SSH key must not be provided for HTTP type repository URL. Username and Password is required for authentication',
    )
  }
  return url
}

/** `branch:NAME` or `commitID:ID`; the texts are those of Amazon's agent. */
function readGetOptions(text: string): { readonly ref: string } {
  if (text === '') return { ref: 'HEAD' }
  const [kind, value = '', ...more] = text.split(':')
  if (more.length > 0) throw new Error('Only specify one required option')
  if (kind !== 'branch' && kind !== 'commitID') {
    throw new Error("Type of option is unknown. Please use either 'branch' or 'commitID'.")
  }
  const ref = value.trim()
  if (ref === '') throw new Error('Option for retrieving git content is empty')
  // Nothing that git could take for an option, a pattern, or a name of its own.
  if (kind === 'commitID' ? !isCommitId(ref) : !/^[\w][\w./+-]{0,254}$/.test(ref)) {
    throw new Error(`${JSON.stringify(ref)} is no ${kind === 'branch' ? 'name of a branch' : 'id of a commit'}.`)
  }
  return { ref }
}

function isCommitId(ref: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref)
}

/** Git's settings by its variables, which no list of processes shows; the password is for this server only. */
async function configuration(
  url: URL,
  info: SourceInfo,
  signal: AbortSignal,
  world: DownloadWorld,
): Promise<Record<string, string>> {
  const username = await revealSecret(textOf(info, 'username'), world.calls, signal)
  const password = await revealSecret(textOf(info, 'password'), world.calls, signal)
  const settings: readonly (readonly [string, string])[] = [
    ['core.hooksPath', '/dev/null'],
    ['credential.helper', ''],
    ...(username === '' || password === ''
      ? []
      : ([
          [
            `http.${url.origin}/.extraHeader`,
            `Authorization: Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
          ],
        ] as const)),
  ]
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(settings.length)],
    ...settings.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ])
}
