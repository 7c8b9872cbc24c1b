import { after, describe } from 'node:test'
import { testFetched } from './documents-on-agents/fetched.ts'
import { testParameters } from './documents-on-agents/parameters.ts'
import { testSteps } from './documents-on-agents/steps.ts'
import { documentWorld } from './documents-on-agents/world.ts'

// Every document runs on our agent and, where it is there, on Amazon's, and has to end the same on both.
describe('documents on agents', async () => {
  const world = await documentWorld({ after })
  testParameters(world)
  testFetched(world)
  testSteps(world)
})
