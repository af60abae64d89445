import { createServer, type Socket } from 'node:net'

/** A mail server that takes nothing, and names the recipient when it says so, as many do. */
export async function openRefusingMailServer(): Promise<{ readonly url: string; close(): void }> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket.on('close', () => open.delete(socket)).on('error', () => {}))
    socket.write('220 refusing\r\n')
    socket.on('data', (chunk) => socket.write(`${answerTo(chunk.toString())}\r\n`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `smtp://planted-user:planted-smtp-password@127.0.0.1:${port}`,
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

function answerTo(command: string): string {
  const [, recipient] = /^RCPT TO:<([^>]*)>/i.exec(command) ?? []
  if (recipient) return `451 4.7.1 <${recipient}>: greylisted, try again later`
  if (/^EHLO/i.test(command)) return '250-refusing\r\n250 AUTH PLAIN'
  if (/^AUTH/i.test(command)) return '235 come in'
  return /^QUIT/i.test(command) ? '221 bye' : '250 ok'
}
