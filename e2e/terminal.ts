import { execFile } from 'node:child_process'
import { join } from 'node:path'

/** Runs one of the project's commands with these words, and gives what stands at the terminal then. */
export type Command = (...words: string[]) => Promise<{ readonly code: number; readonly output: string }>

/** An operator at a terminal, with a command that works on this shop. */
export function openTerminal(shop: { readonly url: string }, program: string): Command {
  const file = join(import.meta.dirname, '..', program)
  return (...words) =>
    new Promise((resolve) => {
      execFile(process.execPath, [file, '--url', shop.url, ...words], (error, output, errors) =>
        resolve({ code: Number(error?.code ?? 0), output: output + errors }),
      )
    })
}
