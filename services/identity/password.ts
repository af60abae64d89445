import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { tooManyRequests } from '@rialto/kit/problem'

const derive = promisify(argon2)

/** What OWASP asks of argon2id: 19 MiB, two passes, one lane. Old hashes name their own, so these may rise. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 }
const saltBytes = 16
const keyBytes = 32

/** Half of the cores at most: people who sign in must not stop those who buy. */
const inTurn = atMost({ running: Math.max(1, availableParallelism() >> 1), waiting: 200 })

/** Makes the hash that is stored, in the usual text form (`$argon2id$v=19$m=…`). */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  const key = await keyOf(password, { ...cost, nonce: salt, tagLength: keyBytes })
  const { memory, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(key)}`
}

/** Whether it is the password of the hash. Takes the same time for every wrong one. */
export async function verifyPassword({
  hash,
  password,
}: {
  hash: string
  password: string
}): Promise<boolean> {
  const [, memory, passes, parallelism, salt, key] = format.exec(hash) ?? []
  if (!salt || !key) throw new Error('A stored password hash is not in the form of argon2id')
  const expected = Buffer.from(key, 'base64')
  const given = await keyOf(password, {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(salt, 'base64'),
    tagLength: expected.length,
  })
  return timingSafeEqual(given, expected)
}

const format = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/

function keyOf(password: string, parameters: Omit<Argon2Parameters, 'message'>): Promise<Buffer> {
  // The same characters may be typed in several encodings; NFKC makes one of them.
  const message = Buffer.from(password.normalize('NFKC'))
  return inTurn(() => derive('argon2id', { ...parameters, message }))
}

/** Runs so much work at the same time, lets so much wait, and refuses the rest. */
export function atMost({ running, waiting }: { running: number; waiting: number }) {
  let busy = 0
  const queue: (() => void)[] = []
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (busy < running) busy++
    else if (queue.length >= waiting) throw tooManyRequests('Very many people sign in just now. Try again.')
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await work()
    } finally {
      // The place goes to the next in line, or becomes free.
      const next = queue.shift()
      if (next) next()
      else busy--
    }
  }
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
