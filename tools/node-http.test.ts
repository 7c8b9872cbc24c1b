import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../packages', import.meta.url))

// Why: packages/agent/src/api/node-http.ts.
test('no program imports more than types of node:http', () => {
  const importing = ['agent', 'cli', 'server'].flatMap((name) =>
    readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('testing/'))
      .map((path) => join(packages, name, 'src', path))
      .filter((path) => /^import (?!type )[^'"]*from 'node:http'/m.test(readFileSync(path, 'utf8'))),
  )
  assert.deepEqual(importing, [])
})
