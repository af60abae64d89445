import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Liquid, type Template } from 'liquidjs'

/** A message ready to be sent. */
export interface Rendered {
  readonly subject: string
  readonly html: string
  readonly text: string
}

export interface Letter {
  readonly template: 'order' | 'welcome' | 'action'
  readonly subject: string
  readonly values: Record<string, unknown>
}

export type Render = (letter: Letter) => Rendered

/** Reads and parses all templates when the first letter is written. */
export function openTemplates(shop: string): Render {
  let render: Render | undefined
  return (letter) => {
    render ??= parseTemplates(shop)
    return render(letter)
  }
}

/** What templates insert is escaped: names and titles come from strangers. */
function parseTemplates(shop: string): Render {
  const escaping = new Liquid({ outputEscape: 'escape' })
  const plain = new Liquid()
  const parse = (engine: Liquid, name: string) =>
    engine.parse(readFileSync(join(import.meta.dirname, 'templates', `${name}.liquid`), 'utf8'))
  const layout = parse(escaping, 'layout')
  const parsed: Record<Letter['template'], { html: Template[]; text: Template[] }> = {
    order: { html: parse(escaping, 'order'), text: parse(plain, 'order.text') },
    action: { html: parse(escaping, 'action'), text: parse(plain, 'action.text') },
    welcome: { html: parse(escaping, 'welcome'), text: parse(plain, 'welcome.text') },
  }
  return ({ template, subject, values }) => {
    const { html, text } = parsed[template]
    const content = escaping.renderSync(html, { ...values, shop })
    return {
      subject,
      html: escaping.renderSync(layout, { subject, shop, content }),
      text: `${plain
        .renderSync(text, { ...values, shop })
        .replace(/\n{3,}/g, '\n\n')
        .trim()}\n`,
    }
  }
}
