/** Every word that the page shows, in one place, so that it can be translated. */
const plural = new Intl.PluralRules('en')
const counted = (one: string, other: string) => (count: number) => (plural.select(count) === 'one' ? one : other)

export const words = {
  language: 'en',
  product: 'VIVIM',
  starting: 'Signing in …',
  home: {
    title: 'You are signed in to your node',
    empty: 'It is empty so far. Give it an export of your conversations:',
    importCommand: 'vivim import FILE.zip',
    importClone: 'From a clone of the project: npm run -s vivim -- import FILE.zip',
    conversations: counted('conversation', 'conversations'),
    messages: counted('message', 'messages'),
    stored: 'stored, encrypted',
    importing: counted('import is running', 'imports are running'),
    account: 'Account',
    unnamed: 'Unnamed',
    device: 'This node',
    since: 'Since',
    keys: 'Keys rest in',
    version: 'Version',
    integrity: 'Store',
    states: { sound: 'Sound', checking: 'Being checked', damaged: 'Damaged: run “vivim doctor”' },
    phraseCommand: 'vivim account phrase',
    phraseClone: 'From a clone of the project: npm run -s vivim -- account phrase',
  },
  signedOut: {
    'no-session': {
      title: 'Sign in to your node',
      text: 'This browser has no session. Ask your node for a sign-in link, and open it here.',
    },
    'link-invalid': {
      title: 'This link no longer works',
      text: 'A sign-in link works once, and for five minutes. Nothing is lost: ask your node for another.',
    },
    'ended': {
      title: 'Your session has ended',
      text: 'It was signed out, or not used for a long time. Nothing is lost: ask your node for a new sign-in link.',
    },
    how: 'In a terminal on the machine that your node runs on:',
    command: 'vivim link',
    clone: 'From a clone of the project: npm run -s vivim -- link',
  },
  offline: {
    title: 'Your node does not answer',
    text: 'It may be stopped, or still starting. Nothing is lost. Start it, and this page goes on by itself.',
    command: 'vivim serve',
    clone: 'From a clone of the project: npm start',
    again: 'Try again',
  },
  failed: { title: 'Something went wrong', again: 'Try again' },
}
