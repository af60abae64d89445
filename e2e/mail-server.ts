import { createServer, type Socket } from 'node:net'

/** A mail server that takes every mail, and throws it away. */
export async function openMailServer(): Promise<{ readonly url: string; close(): void }> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket.on('close', () => open.delete(socket)).on('error', () => {}))
    socket.write('220 here\r\n')
    let isMail = false
    socket.on('data', (chunk) => {
      const said = chunk.toString()
      if (isMail) {
        if (!said.endsWith('\r\n.\r\n')) return
        isMail = false
        return socket.write('250 taken\r\n')
      }
      isMail = /^DATA/im.test(said)
      socket.write(isMail ? '354 go on\r\n' : '250 ok\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `smtp://127.0.0.1:${port}`,
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
