import { isMainThread } from 'node:worker_threads'

// Loaded (`--import`) into the programs that the quickstart starts: when it is gone, even by kill -9, the channel
// to it breaks, and they stop as if they had been told to. The programs themselves need not know.
if (isMainThread && process.channel !== undefined) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
