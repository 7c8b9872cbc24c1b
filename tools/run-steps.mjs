import { spawnSync } from 'node:child_process'
import { pinnedNode, root } from './ensure-installed.mjs'

/**
 * Runs named steps one after the other, all of them, and says at the end which failed.
 * Each step is [name, program, ...arguments]; 'node' is the pinned one.
 */
export function runSteps(steps) {
  const failed = []
  for (const [name, program, ...args] of steps) {
    const started = performance.now()
    process.stdout.write(`\n== ${name}\n`)
    const { status } = spawnSync(program === 'node' ? pinnedNode : `${root}node_modules/.bin/${program}`, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` },
    })
    process.stdout.write(
      `== ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
    )
    if (status !== 0) failed.push(name)
  }
  if (failed.length > 0) {
    process.stdout.write(`\nFailed: ${failed.join(', ')}\n`)
    process.exit(1)
  }
}
