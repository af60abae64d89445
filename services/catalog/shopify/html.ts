import sanitizeHtml from 'sanitize-html'

const passes = 8

/**
 * HTML that is safe to show: an allow-list of tags without scripts, styles, frames or events. Cleaning
 * badly nested tags can leave others to mend, so it is repeated until nothing changes: what is stored
 * stays the same when it is exported and read again.
 */
export function safeHtml(html: string): string {
  let text = html.trim()
  for (let pass = 0; pass < passes; pass++) {
    // Most short descriptions are plain text; the parser would return them unchanged.
    if (!/[<>&]/.test(text)) return text
    const cleaned = sanitizeHtml(text, allowed).trim()
    if (cleaned === text) return text
    text = cleaned
  }
  return text
}

const allowed = {
  allowedTags: [
    ...[
      'p',
      'br',
      'hr',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'ul',
      'ol',
      'li',
      'dl',
      'dt',
      'dd',
      'blockquote',
      'pre',
    ],
    ...['strong', 'b', 'em', 'i', 'u', 's', 'sub', 'sup', 'small', 'code', 'span', 'div', 'a', 'img'],
    ...['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'figure', 'figcaption'],
  ],
  allowedAttributes: {
    a: ['href', 'title'],
    img: ['src', 'alt', 'width', 'height'],
    th: ['colspan', 'rowspan', 'scope'],
    td: ['colspan', 'rowspan'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['http', 'https'] },
  allowProtocolRelative: false,
  nestingLimit: 50,
  // A page has one h1, and that is the product's title.
  transformTags: { h1: 'h2' },
}
