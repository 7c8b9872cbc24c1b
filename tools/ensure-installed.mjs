// Plain JavaScript: runs on whatever Node a newcomer has, before the pinned one is there.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const pinnedNode = `${root}node_modules/.bin/node`

/** Runs `npm ci` unless what the lock names is there already; a second start is quick. */
export function ensureInstalled() {
  const lock = readFileSync(`${root}package-lock.json`, 'utf8')
  const installed = `${root}node_modules/.package-lock.json`
  if (existsSync(installed) && existsSync(pinnedNode) && sameVersions(lock, readFileSync(installed, 'utf8'))) return
  process.stderr.write('Installing (npm ci), about half a minute the first time …\n')
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) {
    process.stderr.write('npm ci failed. It needs the npm registry, or a filled npm cache (npm ci --prefer-offline).\n')
    process.exit(1)
  }
  if (!existsSync(pinnedNode)) {
    process.stderr.write(
      `There is no prebuilt Node for ${process.platform}-${process.arch} among our packages; install Node 24 or newer.\n`,
    )
    process.exit(1)
  }
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) ensureInstalled()
