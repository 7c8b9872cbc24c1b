// Plain JavaScript: runs on whatever Node a newcomer has, before the pinned one is there.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureNode } from './ensure-node.mjs'
import { npmCi } from './npm-ci.mjs'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const pinnedNode = `${root}node_modules/.bin/node`

/** Runs `npm ci` unless what the lock names is there already; a second start is quick. Ends the process when it fails. */
export async function ensureInstalled() {
  if (!isInstalled()) {
    process.stderr.write('Installing (npm ci), about half a minute the first time …\n')
    await npmCi(root)
  }
  await ensureNode(root, pinnedNode)
}

function isInstalled() {
  const installed = `${root}node_modules/.package-lock.json`
  if (!existsSync(installed) || !existsSync(pinnedNode)) return false
  return sameVersions(readFileSync(`${root}package-lock.json`, 'utf8'), readFileSync(installed, 'utf8'))
}

/** Packages that are there must have the version that the lock says; optional ones of other platforms may be missing. */
function sameVersions(lockText, installedText) {
  const wanted = JSON.parse(lockText).packages
  const there = JSON.parse(installedText).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link || !path.startsWith('node_modules/')) return true
    const found = there[path]
    return found === undefined ? entry.optional === true : found.version === entry.version
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await ensureInstalled()
