import assert from 'node:assert/strict'
import { clientEnvironment, type ServerOfClient } from './python-environment.ts'
import { type Outcome, run } from './run.ts'

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The AWS CLI of this machine, pointed at our server by its environment alone. */
export class AwsCli {
  readonly #environment: Readonly<Record<string, string>>
  readonly #url: string
  readonly #as: (credentials: Credentials) => AwsCli

  constructor(t: { after(end: () => void): void }, server: ServerOfClient, credentials?: Credentials) {
    this.#url = server.url
    this.#environment = { ...clientEnvironment(t, server), ...(credentials && variablesOf(credentials)) }
    this.#as = (others) => new AwsCli(t, server, others)
  }

  /** The same CLI for somebody else. */
  as(credentials: Credentials): AwsCli {
    return this.#as(credentials)
  }

  /** Runs `aws WORDS`, which must succeed, and answers its JSON; an empty object when it says nothing. */
  async call(words: string, ...more: string[]): Promise<unknown> {
    const outcome = await this.try(words, ...more)
    assert.equal(outcome.exitCode, 0, `aws ${words}: ${outcome.stderr}`)
    return outcome.stdout.trim() === '' ? {} : JSON.parse(outcome.stdout)
  }

  /** Runs `aws WORDS` and answers how it ended. Words with blanks in them go in `more`. */
  try(words: string, ...more: string[]): Promise<Outcome> {
    const args = ['--endpoint-url', this.#url, '--output', 'json', ...words.split(' '), ...more]
    return run('aws', args, this.#environment)
  }
}

/** They count before the credentials file. */
function variablesOf({ accessKeyId, secretAccessKey, sessionToken }: Credentials): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  }
}
