import { takeStateDirectory } from '../state-directory.ts'

// Takes the directory when it is told to, says whether it could, and keeps it until its input ends.
const [directory = ''] = process.argv.slice(2)
process.stdout.write('loaded\n')
process.stdin.once('data', () => {
  try {
    takeStateDirectory(directory)
    process.stdout.write('taken\n')
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`)
  }
})
