/** Which way a block is read, where `dir="auto"` cannot tell because what is inside has directions of its own. */

import type { Nodes } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'

const letter = /\p{L}/u
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u

/** By the first letter in it, as browsers do; undefined where there is none. */
export function directionOf(node: Nodes): 'ltr' | 'rtl' | undefined {
  const first = letter.exec(textOf(node))?.[0]
  return first === undefined ? undefined : rightToLeft.test(first) ? 'rtl' : 'ltr'
}
