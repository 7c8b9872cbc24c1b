import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { compileCache } from '@fairlead/testkit/compile-cache'

const entry = fileURLToPath(new URL('../../../bin/fairlead.mjs', import.meta.url))

test('a reader that has seen enough ends the program without a complaint', async () => {
  const line = '{ "$0" "$1" help run; echo "status $?" >&2; } | head -1'
  const env = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compileCache }
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', line, process.execPath, entry], { env })

  assert.match(stdout, /^Usage: fairlead run/)
  // Whether there was anything left to write is up to the pipe.
  assert.match(stderr, /^status (?:141|0)\n$/)
})
