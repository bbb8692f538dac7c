/**
 * Formulas inside a paragraph as models write them: `$x$`, `$$x$$`, `\(x\)` and `\[x\]`. A single dollar opens one only
 * where it cannot be a price: nothing blank inside it, no letter or digit outside it, on one line.
 */
import type { math } from 'micromark-extension-math'

type Syntax = ReturnType<typeof math>
type Construct = Extract<NonNullable<Syntax['text']>[string], { tokenize: unknown }>
type Tokenize = Construct['tokenize']
type State = ReturnType<Tokenize> & {}
type Code = Parameters<State>[0]

const backslash = 92
const dollar = 36

/**
 * The syntax of one parse. Time is linear: a mark that was once found to have no end is not looked for again in the
 * same paragraph.
 */
export function formulaText(): Syntax {
  const openEnded = new WeakMap<object, Set<string>>()
  const formula: Construct = {
    name: 'formula',
    tokenize(effects, ok, nok) {
      const known = openEnded.get(this) ?? new Set()
      openEnded.set(this, known)
      const { previous } = this
      let closing = ''
      let endless = ''
      let last: Code = null
      let empty = true
      let mark: ReturnType<typeof effects.enter>
      return open

      function open(code: Code): State | undefined {
        if (code === dollar && (previous === dollar || isWord(previous))) return nok(code)
        effects.enter('mathText')
        mark = effects.enter('mathTextSequence')
        effects.consume(code)
        return code === dollar ? afterDollar : afterBackslash
      }

      function afterBackslash(code: Code): State | undefined {
        if (code !== 40 && code !== 91) return nok(code)
        closing = code === 40 ? '\\)' : '\\]'
        effects.consume(code)
        return begun
      }

      function afterDollar(code: Code): State | undefined {
        if (code === dollar) {
          closing = '$$'
          effects.consume(code)
          return begun
        }
        closing = '$'
        return isBlank(code) ? nok(code) : begun(code)
      }

      function begun(code: Code): State | undefined {
        endless = closing === '$' ? `$${mark.start.line}` : closing
        if (known.has(endless) || (closing === '$$' && code === dollar)) return nok(code)
        effects.exit('mathTextSequence')
        return line(code)
      }

      /** At the beginning of a line, or of what follows a closing mark that was none. */
      function line(code: Code): State | undefined {
        if (isLineEnd(code)) {
          if (closing === '$') return fail(code)
          effects.enter('lineEnding')
          effects.consume(code)
          effects.exit('lineEnding')
          return line
        }
        if (code === null) return fail(code)
        if (code === closing.charCodeAt(0)) return close(code)
        effects.enter('mathTextData')
        return data(code)
      }

      function data(code: Code): State | undefined {
        if (code === null || isLineEnd(code)) {
          effects.exit('mathTextData')
          return line(code)
        }
        if (code === closing.charCodeAt(0)) {
          effects.exit('mathTextData')
          return close(code)
        }
        take(code)
        // What a backslash escapes closes nothing.
        return code === backslash ? escaped : data
      }

      function escaped(code: Code): State | undefined {
        if (code === null || isLineEnd(code)) return data(code)
        take(code)
        return data
      }

      function close(code: Code): State | undefined {
        // A dollar that cannot end a formula cannot stand in one either.
        if (closing === '$' && isBlank(last)) return nok(code)
        mark = effects.enter('mathTextSequence')
        effects.consume(code)
        return closing.length === 1 ? confirm : second
      }

      function second(code: Code): State | undefined {
        if (code === closing.charCodeAt(1)) {
          effects.consume(code)
          return done
        }
        mark.type = 'mathTextData'
        last = closing.charCodeAt(0)
        empty = false
        // Still within the mark, which turned out to be text; a backslash has escaped what comes.
        return closing.startsWith('\\') ? escaped(code) : data(code)
      }

      function confirm(code: Code): State | undefined {
        return isWord(code) || code === dollar ? nok(code) : done(code)
      }

      function done(code: Code): State | undefined {
        effects.exit('mathTextSequence')
        if (empty) return nok(code)
        effects.exit('mathText')
        return ok(code)
      }

      function take(code: Code): void {
        effects.consume(code)
        empty = false
        last = code
      }

      function fail(code: Code): State | undefined {
        known.add(endless)
        return nok(code)
      }
    },
  }
  return { text: { [dollar]: formula, [backslash]: formula } }
}

const isLineEnd = (code: Code): boolean => code !== null && code < -2
const isBlank = (code: Code): boolean => code === null || code < 0 || code === 32
const isWord = (code: Code): boolean => code !== null && code > 0 && /[\p{L}\p{N}]/u.test(String.fromCharCode(code))
