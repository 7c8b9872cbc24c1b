import { syncBuiltinESMExports } from 'node:module'
import workers from 'node:worker_threads'

/** Loaded before a server's program: SIGUSR2 then ends its threads, as a lack of memory would. */
class MortalWorker extends workers.Worker {
  constructor(...start: ConstructorParameters<typeof workers.Worker>) {
    super(...start)
    process.once('SIGUSR2', () => void this.terminate())
  }
}

workers.Worker = MortalWorker
syncBuiltinESMExports()
