import { asProblem } from '@rialto/kit/http'
import { defaultTimeoutMs } from '@rialto/kit/request'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Live } from '../live/live.ts'
import type { Frames } from '../live/stream.ts'
import { idsIn, type LookAgain } from '../live/watch-operation.ts'
import type { Visitor } from '../session.ts'
import { type AskingOptions, createAsking } from './asking.ts'
import type { Engine } from './engine.ts'
import type { Question } from './question.ts'
import { errorsOf, type Tell } from './told.ts'

// GraphQL over server-sent events, each operation on a connection of its own:
// https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#distinct-connections-mode

export interface StreamingOptions {
  readonly live: Live
  readonly lookAgain: LookAgain
  readonly tell: Tell
}

export interface Asked {
  readonly engine: Engine
  readonly question: Question
  readonly asking: AskingOptions
  readonly visitor: () => Promise<Visitor>
}

/** Answers a question as a stream of events: a subscription as long as somebody listens, all others once. */
export async function answerAsStream(
  { live, lookAgain, tell }: StreamingOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { engine, question, asking, visitor }: Asked,
): Promise<FastifyReply> {
  const subscription = engine.subscription(question, asking)
  if (!subscription) return sendOnce(reply, await engine.answer(question, asking))
  const { operation, input } = subscription
  // Counted once, as the first reading of it.
  await asking.identify(operation)
  const read = async () => {
    const who = lookAgain(request, operation)
    const deadline = Date.now() + defaultTimeoutMs
    const { data, errors } = await subscription.read(
      createAsking({ ...asking, identify: () => who, deadline }),
    )
    const told = errors?.map((error) => tell(error, request.id))
    return JSON.stringify({ data, ...(told && { errors: told }) })
  }
  const on = operation.live?.on.map(({ name }) => name) ?? []
  const watched = { on, ids: idsIn(input, operation.live?.by ?? ''), read }
  return live.open(request, reply, { visitor: await visitor(), watched, frames: framesOf(tell, request.id) })
}

/** What keeps a question from being answered is told on the stream, as a browser hides any other answer from a page. */
export function refuseOnStream(reply: FastifyReply, error: unknown, tell: Tell): FastifyReply {
  const { status } = asProblem(error)
  // Whoever may come again is told so by the status.
  if (status === 429 || status === 503) reply.code(status)
  return sendOnce(reply, { errors: errorsOf(error).map((one) => tell(one, reply.request.id)) })
}

function sendOnce(reply: FastifyReply, answer: object): FastifyReply {
  return reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(next(JSON.stringify(answer)) + complete)
}

function framesOf(tell: Tell, requestId: string): Frames {
  return {
    shown: (text, id) => `id: ${id}\n${next(text)}`,
    ended: (error) => {
      const errors = errorsOf(error).map((one) => tell(one, requestId))
      return next(JSON.stringify({ errors })) + complete
    },
  }
}

function next(text: string): string {
  return `event: next\ndata: ${text}\n\n`
}

const complete = 'event: complete\ndata:\n\n'
