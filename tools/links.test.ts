import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean)

test('every link of the docs leads somewhere', () => {
  const dead: string[] = []
  for (const page of pages) {
    for (const [, target = ''] of readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      if (!existsSync(join(root, dirname(page), target))) dead.push(`${page}: ${target}`)
    }
  }
  assert.deepEqual(dead, [])
})

test('every file that the docs name in code is there', () => {
  const missing: string[] = []
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8')
    for (const [, path = ''] of text.matchAll(
      /`((?:packages|tools|docs|conformance|bench|deploy)\/[\w./-]+\.(?:ts|md|json|mjs|sql))`/g,
    )) {
      if (!existsSync(join(root, path))) missing.push(`${page}: ${path}`)
    }
  }
  assert.deepEqual(missing, [])
})
