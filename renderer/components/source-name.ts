import type { Source } from '../../node-core/contract/content.ts'

/** The services' own names, the same in every language. */
export const sourceNames: Readonly<Record<Source, string>> = {
  'vivim': 'VIVIM',
  'chatgpt': 'ChatGPT',
  'claude': 'Claude',
  'gemini': 'Gemini',
  'claude-code': 'Claude Code',
  'codex': 'Codex',
  'openwebui': 'Open WebUI',
  'librechat': 'LibreChat',
  'deepseek': 'DeepSeek',
  'grok': 'Grok',
  'copilot': 'Copilot',
  'lechat': 'Le Chat',
  'lmstudio': 'LM Studio',
  'jan': 'Jan',
}
