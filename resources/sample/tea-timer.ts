/** An artifact: a small page that the model made beside the talk. */
import { answer, ask, talk } from './talk.ts'

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Tea timer</title>
<style>
  body { display: grid; place-items: center; min-height: 90vh; margin: 0; background: #f6f1e4; color: #2f2a22; font: 1.1rem Georgia, serif }
  main { text-align: center }
  output { display: block; margin: .4em 0; font-size: 4rem; font-variant-numeric: tabular-nums }
  button { margin: .2em; padding: .5em 1em; border: 1px solid #b9ab8a; border-radius: .6em; background: #fffaf0; font: inherit; cursor: pointer }
</style>
<main>
  <h1>What is it today?</h1>
  <div>
    <button data-minutes="2">Green, 2 min</button>
    <button data-minutes="4">Black, 4 min</button>
    <button data-minutes="8">Herbs, 8 min</button>
  </div>
  <output aria-live="polite">0:00</output>
</main>
<script>
  const output = document.querySelector('output')
  let timer
  for (const button of document.querySelectorAll('button')) {
    button.addEventListener('click', () => {
      let left = button.dataset.minutes * 60
      clearInterval(timer)
      const show = () => {
        output.textContent = left > 0 ? Math.floor(left / 60) + ':' + String(left % 60).padStart(2, '0') : 'Your tea is ready'
        if (left-- <= 0) clearInterval(timer)
      }
      show()
      timer = setInterval(show, 1000)
    })
  }
</script>
</html>
`

export const teaTimer = talk('tea-timer', 'A timer for tea', '2026-03-21T15:05:00Z', [
  ask('q1', null, 'Make me a little page with a tea timer: green, black and herbs. Nothing fancy.'),
  answer(
    'a1',
    'q1',
    'Here it is: three buttons, one clock.',
    { type: 'artifact', id: 'tea-timer', kind: 'text/html', title: 'Tea timer', language: 'html', text: page },
    'Green gets two minutes because it turns bitter; herbs are patient. The times stand in `data-minutes`, if your taste differs.',
  ),
])
