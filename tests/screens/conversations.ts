/** Conversations that are hard to show well, as an export in Claude's form. */

const program = (lines: number): string =>
  Array.from({ length: lines }, (_, at) =>
    at % 7 === 0
      ? `export async function step${at}(input: ReadonlyMap<string, number>, signal: AbortSignal): Promise<readonly string[]> {`
      : at % 7 === 6
        ? '}\n'
        : `  const value${at} = [...input.entries()].filter(([name, count]) => name.length > ${at} && count !== ${at * 3}) // keeps the order`,
  ).join('\n')

const wideTable = (columns: number, rows: number): string => {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const across = Array.from({ length: columns }, (_, at) => at + 1)
  return [
    line(['Region', ...across.map((at) => `Quarter ${at}`)]),
    line(['---', ...across.map(() => '---:')]),
    ...Array.from({ length: rows }, (_, row) =>
      line([`A region with a long name, number ${row + 1}`, ...across.map((at) => `${(row + 1) * at * 1234.5}`)]),
    ),
  ].join('\n')
}

const talks: readonly { name: string; turns: readonly string[] }[] = [
  {
    name: 'Refactoring the build into steps that can be told apart',
    turns: [
      'Here is my build. How would you split it?',
      `Begin by naming what each step **needs** and what it *leaves behind*; the rest follows.\n\n1. Read the sources, once\n2. Decide what changed\n   - by hash, not by time\n   - including the tools themselves\n3. Build beside, then move into place\n\n\`\`\`ts\n${program(90)}\n\`\`\`\n\nThe last line matters most: see [the manual](https://example.org/manual) for the reason.`,
    ],
  },
  {
    name: 'Sales by region and quarter',
    turns: [
      'Make a table of all sixteen quarters',
      `Here it is; the sums are in the last row.\n\n${wideTable(16, 9)}\n\n> Figures are in thousands.\n\nThe mean is $\\bar{x} = \\frac{1}{n} \\sum_{i=1}^{n} x_i$, and its variance\n\n$$\\sigma^2 = \\frac{1}{n} \\sum_{i=1}^{n} (x_i - \\bar{x})^2 = \\int_{-\\infty}^{\\infty} (x-\\mu)^2 f(x)\\,dx$$`,
    ],
  },
  {
    name: 'كيف أتعلم البرمجة من البداية؟',
    turns: [
      'كيف أتعلم البرمجة من البداية؟ لا أملك سوى ساعة واحدة كل يوم.',
      'ابدأ بلغة واحدة، ولتكن **Python**، ثم اكتب برنامجًا صغيرًا كل يوم:\n\n- اقرأ الفصل الأول ثم جرّب الأمثلة بنفسك\n- احتفظ بدفتر للأخطاء التي واجهتها\n\n```python\nfor day in range(7):\n    print("مرحبا", day)\n```\n\nبعد شهر ستكون قادرًا على قراءة برامج الآخرين.',
    ],
  },
  {
    name: '京都で静かに過ごす三日間',
    turns: [
      '京都で静かに過ごす三日間の計画を立ててください。',
      '一日目は東山を歩きます。朝早く清水寺に着き、人が増える前に坂を下りましょう。\n\n| 日 | 朝 | 昼 | 夜 |\n|---|---|---|---|\n| 一 | 清水寺 | 豆腐料理 | 祇園 |\n| 二 | 嵐山 | 天龍寺 | 鴨川 |\n| 三 | 大原 | 三千院 | 帰路 |',
    ],
  },
  { name: 'One thing', turns: ['What is the capital of Portugal?', 'Lisbon.'] },
]

/** A talk of so many turns, each answer of several units. */
const long = (turns: number): { name: string; turns: string[] } => ({
  name: 'A very long talk about keeping bees',
  turns: Array.from({ length: turns }, (_, at) =>
    at % 2 === 0
      ? `Question ${at / 2 + 1}: what should I look at when the weather changes in week ${at / 2 + 1}?`
      : `## Week ${(at + 1) / 2}\n\nLook at the entrance first, before you open anything. Bees that carry pollen have a queen that lays.\n\n- Weight of the hive\n- Stores in the upper frames\n- Mites on the board\n\n\`\`\`json\n{"week": ${(at + 1) / 2}, "mites": ${at % 5}}\n\`\`\`\n\nIf the count is above three, treat; otherwise wait a week.`,
  ),
})

/** The export: everything above, and a talk of `turns` turns. */
export const hardExport = (turns: number): string => exportOf([...talks, long(turns)])

/** An export of the one shortest talk. */
export const shortExport = (): string => exportOf(talks.slice(-1))

function exportOf(conversations: typeof talks): string {
  const day = Date.UTC(2026, 9, 1)
  return JSON.stringify(
    conversations.map(({ name, turns: texts }, number) => ({
      uuid: uuid(number, 0),
      name,
      created_at: new Date(day + number * 86_400_000).toISOString(),
      updated_at: new Date(day + number * 86_400_000 + texts.length * 60_000).toISOString(),
      account: { uuid: uuid(9, 9) },
      chat_messages: texts.map((text, at) => ({
        uuid: uuid(number, at + 1),
        sender: at % 2 === 0 ? 'human' : 'assistant',
        text,
        content: [{ type: 'text', text }],
        created_at: new Date(day + number * 86_400_000 + at * 60_000).toISOString(),
        updated_at: new Date(day + number * 86_400_000 + at * 60_000).toISOString(),
        attachments: [],
        files: [],
      })),
    })),
  )
}

const uuid = (a: number, b: number): string =>
  `00000000-0000-4000-8000-${a.toString(16).padStart(4, '0')}${b.toString(16).padStart(8, '0')}`
