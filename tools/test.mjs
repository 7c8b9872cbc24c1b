import { checkSteps } from './check.mjs'
import { ensureInstalled } from './ensure-installed.mjs'
import { runSteps } from './run-steps.mjs'

// Everything: the check, whole-system tests with real clients, and the quickstart as a newcomer runs it.
await ensureInstalled()
await runSteps([
  ...checkSteps,
  [
    [
      'conformance',
      'node',
      '--test',
      '--test-concurrency=2',
      '--test-reporter=./tools/brief-reporter.mjs',
      'conformance/**/*.test.ts',
    ],
  ],
  [['quickstart', 'node', 'tools/quickstart.mjs', '--once', '--port', '0']],
])
