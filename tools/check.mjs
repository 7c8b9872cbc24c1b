import { ensureInstalled } from './ensure-installed.mjs'
import { runSteps } from './run-steps.mjs'

/** What has to hold before every commit; under a minute. */
export const checkSteps = [
  ['types', 'tsc', '--noEmit', '-p', 'tsconfig.json'],
  ['types of the pure packages', 'tsc', '--noEmit', '-p', 'packages/iam'],
  ['types of wire', 'tsc', '--noEmit', '-p', 'packages/wire'],
  ['lint and format', 'biome', 'check', '--error-on-warnings', '.'],
  [
    'unit tests',
    'node',
    '--test',
    '--test-isolation=none',
    '--test-reporter=dot',
    'packages/**/*.test.ts',
    'tools/**/*.test.ts',
  ],
]

if (process.argv[1]?.endsWith('check.mjs')) {
  ensureInstalled()
  runSteps(checkSteps)
}
