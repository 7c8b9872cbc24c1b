import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

interface PackageFile {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const files = ['package.json', ...readdirSync(`${root}packages`).map((name) => `packages/${name}/package.json`)]
const wanted = files.flatMap((path) => {
  const file = JSON.parse(readFileSync(`${root}${path}`, 'utf8')) as PackageFile
  return Object.entries({ ...file.dependencies, ...file.devDependencies, ...file.optionalDependencies })
})

test('every dependency is named with its reason in docs/dependencies.md, and no other is', () => {
  const names = new Set(wanted.map(([name]) => name).filter((name) => !name.startsWith('@fairlead/')))
  const text = readFileSync(`${root}docs/dependencies.md`, 'utf8')
  const listed = [...text.matchAll(/^\| ([^|]+) \|/gm)]
    .flatMap(([, cell = '']) => cell.split(', ').map((name) => name.trim()))
    .filter((name) => name !== 'package' && !name.startsWith('-'))
  assert.deepEqual(listed.sort(), [...names].sort())
})

test('every dependency has an exact version', () => {
  assert.deepEqual(
    wanted.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
    [],
  )
})

test('no package of the lock runs a script when it is installed', () => {
  const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean }>
  }
  // esbuild-like packages would show here; .npmrc also forbids scripts.
  assert.deepEqual(
    Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript === true),
    [],
  )
})
