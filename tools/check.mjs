import { pathToFileURL } from 'node:url'
import { ensureInstalled } from './ensure-installed.mjs'
import { runSteps } from './run-steps.mjs'

// One process a suite: starting a process for every file would cost more than the tests. A test that hangs fails.
const suite = (name, ...files) => [
  name,
  ...['node', '--test', '--test-isolation=none', '--test-timeout=60000', '--test-reporter=./tools/brief-reporter.mjs'],
  ...files,
]
const packages = (...names) => names.map((name) => `packages/${name}/**/*.test.ts`)

/** What has to hold before every commit; under a minute. */
export const checkSteps = [
  [
    ['types', 'tsc', '--noEmit', '-p', 'tsconfig.json'],
    ['lint and format', 'biome', 'check', '--error-on-warnings', '.'],
  ],
  [
    ['types of iam, which may use nothing', 'tsc', '--noEmit', '-p', 'packages/iam'],
    ['types of wire, which may use nothing', 'tsc', '--noEmit', '-p', 'packages/wire'],
  ],
  [
    suite('tests of the operations', 'packages/server/src/operations/**/*.test.ts'),
    suite(
      'tests of the rest of the server',
      'packages/server/src/!(operations)/**/*.test.ts',
      'packages/server/src/*.test.ts',
    ),
    suite('tests of everything else', ...packages('iam', 'wire', 'agent', 'cli', 'testkit'), 'tools/**/*.test.ts'),
  ],
]

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureInstalled()
  await runSteps(checkSteps)
}
