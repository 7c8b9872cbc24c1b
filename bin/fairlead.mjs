// Chooses the program by the first word; each package has its own main and none imports another's.
// A terminal that was closed ends nothing that was begun with nohup.
if (process.env.FAIRLEAD_NOHUP !== undefined) process.on('SIGHUP', () => undefined)

const [word = 'help', ...rest] = process.argv.slice(2)
const programs = { server: '@fairlead/server/main', admin: '@fairlead/server/admin', agent: '@fairlead/agent/main' }
const name = Object.hasOwn(programs, word) ? programs[word] : '@fairlead/cli/main'
const { main } = await import(name)
const code = await main(Object.hasOwn(programs, word) ? rest : process.argv.slice(2), process.env)
process.exitCode = code
