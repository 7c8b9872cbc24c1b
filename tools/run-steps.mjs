import { spawn } from 'node:child_process'
import { pinnedNode, root } from './ensure-installed.mjs'

/**
 * Runs groups of named steps one after the other, the steps of a group side by side, all of them, and says at the end
 * which failed. Each step is [name, program, ...arguments]; 'node' is the pinned one.
 */
export async function runSteps(groups) {
  const failed = []
  for (const group of groups) {
    const results = await Promise.all(group.map(runStep))
    failed.push(...results.filter(({ passed }) => !passed).map(({ name }) => name))
  }
  if (failed.length > 0) {
    process.stdout.write(`\nFailed: ${failed.join(', ')}\n`)
    process.exitCode = 1
  }
}

/** A step's output is shown whole when it has ended, so that two at once can be read. */
function runStep([name, program, ...args]) {
  const started = performance.now()
  const child = spawn(program === 'node' ? pinnedNode : `${root}node_modules/.bin/${program}`, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Each server in a test has a thread that would read its TypeScript anew; as bin/fairlead does, what was read is kept.
    env: {
      NODE_COMPILE_CACHE: `${root}node_modules/.cache/compile`,
      ...process.env,
      PATH: `${root}node_modules/.bin:${process.env.PATH}`,
    },
  })
  const output = []
  child.stdout.on('data', (part) => output.push(part))
  child.stderr.on('data', (part) => output.push(part))
  return new Promise((resolve) => {
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)))
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      process.stdout.write(`\n== ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s\n`)
      process.stdout.write(Buffer.concat(output))
      resolve({ name, passed: code === 0 })
    })
  })
}
