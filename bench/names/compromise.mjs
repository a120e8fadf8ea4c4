// Names by compromise: texts as a JSON array on standard input, lists of [start, end, kind] in code points out.
import { readFileSync } from 'node:fs'
import nlp from 'compromise'

const kinds = { people: 'PERSON', organizations: 'ORGANIZATION', places: 'LOCATION' }
const texts = JSON.parse(readFileSync(0, 'utf8'))
const found = texts.map((text) => {
  const doc = nlp(text)
  return Object.entries(kinds).flatMap(([method, kind]) =>
    doc[method]().json({ offset: true }).map(({ text: words, offset }) => {
      // Its spans include the punctuation and the possessive behind the name: it is judged without them.
      const raw = text.slice(offset.start, offset.start + offset.length)
      const name = raw.replace(/^[^\p{L}\p{N}]+/u, '').replace(/([’']s)?[^\p{L}\p{N}.]*$/u, '').replace(/(?<=\p{Ll}{2})\.$/u, '')
      const start = offset.start + raw.indexOf(name)
      return [[...text.slice(0, start)].length, [...text.slice(0, start + name.length)].length, kind]
    }),
  )
})
console.log(JSON.stringify(found))
