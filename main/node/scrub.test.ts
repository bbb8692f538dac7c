import { expect, it } from 'vitest'
import { scrub } from './scrub.ts'

it('keeps what is the program’s of a stack, and nothing of the person', () => {
  const words = [
    'VivimError [ERR_X]: cannot read “Grandmother’s recipe” at /home/ada/Letters',
    '    at openStore (file:///home/ada/apps/VIVIM/resources/app.asar/out/node/chunks/store-A1.js:12:34)',
    '    at async Object.read (/home/ada/secret plan.js:1:2)',
    '    at node:internal/process/task_queues:95:5',
    '    at C:\\Users\\Ada\\AppData\\VIVIM\\resources\\app.asar\\out\\node\\child.js:7:9',
    "Error: EACCES: permission denied, open '/home/ada/Documents/diary.zip'",
    'Dear diary, ada@example.org wrote to me today',
    '',
  ].join('\n')
  expect(scrub(words)).toEqual([
    'VivimError ERR_X',
    '    at openStore (app.asar/out/node/chunks/store-A1.js:12:34)',
    '    at Object.read (…:1:2)',
    '    at node:internal/process/task_queues:95:5',
    '    at app.asar/out/node/child.js:7:9',
    'Error EACCES',
  ])
})

it('keeps of the node’s log its own words, and of an error its name, code and places', () => {
  const entry = {
    level: 50,
    msg: 'merging the search index',
    err: {
      type: 'SqliteError',
      message: 'near "Grandmother": syntax error',
      code: 'SQLITE_FULL',
      stack: 'SqliteError: near "Grandmother"\n    at run (/opt/VIVIM/resources/app.asar/out/node/writer.js:3:4)',
    },
  }
  const planted = { level: 30, msg: 'opened /home/ada/x', file: 'Grandmother.zip' }
  expect(scrub(`${JSON.stringify(planted)}\n${JSON.stringify(entry)}\n{"cut off`)).toEqual([
    'log: merging the search index',
    'SqliteError SQLITE_FULL',
    '    at run (app.asar/out/node/writer.js:3:4)',
  ])
})

it('keeps why the runtime ended, and only the last lines', () => {
  const heap = '<--- Last few GCs --->\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n'
  expect(scrub(heap)).toEqual(['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'])
  const many = Array.from({ length: 100 }, (_, n) => `    at f (/x/out/node/a.js:${n}:1)`).join('\n')
  expect(scrub(many)).toHaveLength(40)
  expect(scrub(many).at(-1)).toContain(':99:1')
})

it('takes any text: no planted word comes through, whatever stands around it', () => {
  const planted = 'Quetzalcoatl'
  const around = [
    (word: string) => word,
    (word: string) => `Error: ${word}`,
    (word: string) => `TypeError [${word}]: x`,
    (word: string) => `    at ${word}`,
    (word: string) => `    at open (/home/${word}/x.js:1:1)`,
    (word: string) => `    at open (/home/${word}.js:1:1) ${word}`,
    (word: string) => `FATAL ERROR: disk; ${word}`,
    (word: string) => `{"msg":"${word}: x","err":{"type":"${word}","code":"${word}","stack":"${word}"}}`,
    (word: string) => `ENOENT: no such file '${word}'`,
    (word: string) => `/home/${word}/out/x/y.js`,
    (word: string) => `\u001b[31m${word}\u001b[0m`,
  ]
  for (const line of around) expect(scrub(line(planted)).join('\n'), line('…')).not.toContain(planted)
})
