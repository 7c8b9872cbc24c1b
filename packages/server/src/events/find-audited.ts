import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditRecord } from '../domain/audit-record.ts'

const chunkBytes = 1024 * 1024
/** A request is a megabyte at most, and so is its line, or it is damaged. */
const longestLine = 8 * chunkBytes
const newline = 10

/** Looks a request up in the files of the audit, the newest first. */
export async function findAudited(
  folder: string,
  requestId: string,
  signal: AbortSignal,
): Promise<AuditRecord | undefined> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}-\d{2}-\d{2}\.jsonl$/.test(file))
  for (const file of files.sort().reverse()) {
    const found = await findInFile(join(folder, file), requestId, signal)
    if (found !== undefined) return found
  }
  return undefined
}

async function findInFile(path: string, requestId: string, signal: AbortSignal): Promise<AuditRecord | undefined> {
  const wanted = Buffer.from(`"requestId":${JSON.stringify(requestId)}`)
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes, signal }) as AsyncIterable<Buffer>) {
    const data = Buffer.concat([rest, chunk])
    const end = data.lastIndexOf(newline) + 1
    const found = findInLines(data.subarray(0, end), wanted, requestId)
    if (found !== undefined) return found
    rest = data.length - end > longestLine ? Buffer.alloc(0) : data.subarray(end)
  }
  return undefined
}

function findInLines(lines: Buffer, wanted: Buffer, requestId: string): AuditRecord | undefined {
  for (let at = lines.indexOf(wanted); at !== -1; at = lines.indexOf(wanted, at + wanted.length)) {
    const start = lines.lastIndexOf(newline, at) + 1
    const record = parseLine(lines.toString('utf8', start, lines.indexOf(newline, at)))
    if (record?.requestId === requestId) return record
  }
  return undefined
}

/** A line that a full disk cut short is none. */
function parseLine(line: string): AuditRecord | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
