import { mkdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, sep } from 'node:path'

/** Where a step downloads to. Paths that are not absolute stay within `downloads`. */
export function destinationOf(given: string, downloads: string): string {
  if (given.includes('\0')) throw new Error('destinationPath is no path.')
  if (isAbsolute(given)) return given
  if (given.split('/').includes('..')) throw new Error('A destinationPath that is not absolute may not hold "..".')
  // Not joined: a slash at the end, or nothing at all, means a folder.
  return `${downloads}/${given}`
}

/** The file that a single thing becomes: the destination, or `name` in it if that is a folder. */
export function fileAt(destination: string, name: string): string {
  return destination.endsWith('/') || isFolder(destination) ? join(destination, name) : destination
}

/**
 * A path within a folder, from a name that somebody else chose. Makes the folders on the way. Throws when the name, or a
 * link that is there already, leads out of it.
 */
export function pathWithin(root: string, name: string): string {
  const parts = name.split('/').filter((part) => part !== '')
  if (parts.length === 0 || parts.some((part) => part === '.' || part === '..' || part.includes('\0'))) {
    throw new Error(`${JSON.stringify(name)} is not a name for a file of a download.`)
  }
  const path = join(root, ...parts)
  mkdirSync(root, { recursive: true, mode: 0o700 })
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const [inside, folder] = [realpathSync(root), realpathSync(dirname(path))]
  if (folder !== inside && !folder.startsWith(inside.endsWith(sep) ? inside : inside + sep)) {
    throw new Error(`${JSON.stringify(name)} would be written outside of ${root}.`)
  }
  return path
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
