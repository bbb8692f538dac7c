/** Code, reasoning and a tool that was run. */
import { answer, ask, talk, tool } from './talk.ts'

export const skippedItems = talk('skipped-items', 'Why does my loop skip items?', '2026-03-02T09:14:00Z', [
  ask(
    'q1',
    null,
    `
I want to remove all the done tasks, but some of them stay. Why?

\`\`\`python
tasks = ["done", "done", "write", "done", "call"]

for task in tasks:
    if task == "done":
        tasks.remove(task)

print(tasks)
\`\`\`
`,
  ),
  answer(
    'a1',
    'q1',
    {
      type: 'reasoning',
      text: 'The list is changed while it is iterated over. Removing index 0 moves everything one place to the left, so the iterator, now at index 1, never sees the second “done”. I should run it, to show what really comes out rather than claim it.',
    },
    {
      type: 'tool-call',
      name: 'python',
      id: 'run-1',
      input: {
        code: 'tasks = ["done", "done", "write", "done", "call"]\nfor task in tasks:\n    if task == "done":\n        tasks.remove(task)\nprint(tasks)',
      },
    },
  ),
  tool('r1', 'a1', { type: 'tool-result', name: 'python', id: 'run-1', text: "['write', 'done', 'call']" }),
  answer(
    'a2',
    'r1',
    `
You are changing the list **while you walk through it**. When the first \`"done"\` goes, everything behind it moves one place to the left, and the loop steps right over the one that took its place:

1. The loop is at index 0 and removes \`"done"\`.
2. What was at index 1 is at index 0 now.
3. The loop goes on to index 1 – and has never looked at it.

Make a new list instead. It says what you want, and it is faster too:

\`\`\`python
tasks = [task for task in tasks if task != "done"]
\`\`\`

If other parts of your program hold on to the same list, change it in place:

\`\`\`python
tasks[:] = [task for task in tasks if task != "done"]
\`\`\`
`,
  ),
  ask('q2', 'a2', 'And why is it faster?'),
  answer(
    'a3',
    'q2',
    `
\`list.remove\` searches from the beginning and then moves everything behind the hole. In a loop that is *n* searches of up to *n* steps. The new list looks at every task once.

> For five tasks nobody notices. For fifty thousand it is the difference between a blink and a coffee break.
`,
  ),
])
