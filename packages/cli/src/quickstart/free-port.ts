import { createServer } from 'node:net'
import { CliError } from '../cli-error.ts'
import { portHolder } from './port-holder.ts'

/** Throws a CliError that says who has it, unless the loopback's port is free; 0 always is. */
export async function requireFreePort(port: number): Promise<void> {
  if (port === 0) return
  const code = await new Promise<unknown>((resolve) => {
    const probe = createServer()
    probe.once('error', (error) => resolve('code' in error ? error.code : error.message))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(undefined)))
  })
  if (code === undefined) return
  const advice = `Choose another: npm run quickstart -- --port ${port + 1000 > 65_000 ? 8070 : port + 1000}`
  if (code === 'EADDRINUSE') {
    const holder = portHolder(port)
    throw new CliError(`Port ${port} is taken${holder === undefined ? '' : ` by ${holder}`}. ${advice}`)
  }
  throw new CliError(`Port ${port} cannot be used (${String(code)}). ${advice}`)
}
