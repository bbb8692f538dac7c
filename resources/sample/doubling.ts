/** Mathematics. */
import { answer, ask, talk } from './talk.ts'

export const doubling = talk('doubling', 'How long until savings double?', '2026-03-14T07:52:00Z', [
  ask('q1', null, 'At 3 % a year, how long until my savings have doubled? And why does everybody say “divide 72”?'),
  answer(
    'a1',
    'q1',
    String.raw`
After $n$ years at a rate $r$ you have $(1 + r)^n$ times what you began with. It has doubled when that is 2:

$$
(1 + r)^n = 2 \quad\Longrightarrow\quad n = \frac{\ln 2}{\ln(1 + r)}
$$

For $r = 0.03$ that is $n = \frac{0.6931}{0.02956} \approx 23.4$ years.

For small rates $\ln(1 + r) \approx r$, so $n \approx \frac{69.3}{100\,r}$. People say 72 because it divides by 2, 3, 4, 6, 8, 9 and 12 – and because it is nearer the truth at the rates one meets:

| Rate | Exactly | 72 ÷ rate |
| ---: | ---: | ---: |
| 2 % | 35.0 years | 36.0 years |
| 3 % | 23.4 years | 24.0 years |
| 6 % | 11.9 years | 12.0 years |
| 8 % | 9.0 years | 9.0 years |
`,
  ),
])
