/**
 * Node's HTTP. An `import` of node:http reads all that the module exports, and so loads undici with its WebAssembly, a client
 * that nothing here uses: some megabytes and 20 to 40 ms of CPU at each start. Asked for in this way, nothing of it is read.
 */
export const http = process.getBuiltinModule('node:http')
