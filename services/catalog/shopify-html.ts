import sanitizeHtml from 'sanitize-html'

/** HTML that is safe to show: an allow-list of tags without scripts, styles, frames or events. */
export function safeHtml(html: string): string {
  const text = html.trim()
  // Most short descriptions are plain text; the parser would return them unchanged.
  return /[<>&]/.test(text) ? sanitizeHtml(text, allowed).trim() : text
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
