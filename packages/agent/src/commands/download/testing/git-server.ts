import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A repository to make commits in; gone when the test ends. */
export class TestRepository {
  readonly path = mkdtempSync(join(tmpdir(), 'fairlead-git-'))

  constructor(test: { after(clean: () => void): void }) {
    test.after(() => rmSync(this.path, { recursive: true, force: true }))
    this.git('init', '--quiet', '--initial-branch=main', '--template=')
  }

  /** Answers what git says. */
  git(...args: readonly string[]): string {
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
    const env = { PATH: process.env['PATH'], HOME: this.path }
    return execFileSync('git', [...who, ...args], { cwd: this.path, env, encoding: 'utf8' }).trim()
  }

  /** Commits all that is there; answers the commit's id. */
  commit(): string {
    this.git('add', '--all')
    this.git('commit', '--quiet', '--allow-empty', '--message=test')
    return this.git('rev-parse', 'HEAD')
  }

  /** Answers a request of git's smart protocol, by git itself. */
  serve(request: IncomingMessage, response: ServerResponse): void {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const backend = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: this.path,
        GIT_HTTP_EXPORT_ALL: '1',
        REQUEST_METHOD: request.method,
        PATH_INFO: path,
        QUERY_STRING: query,
        CONTENT_TYPE: request.headers['content-type'],
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    request.pipe(backend.stdin)
    const chunks: Buffer[] = []
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    backend.on('close', () => {
      const answer = Buffer.concat(chunks)
      const end = answer.indexOf('\r\n\r\n')
      const lines = answer.subarray(0, end).toString().split('\r\n')
      const headers = lines.map((line) => line.split(': ') as [string, string]) // CGI's form
      const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200'
      response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers))
      response.end(answer.subarray(end + 4))
    })
  }
}
