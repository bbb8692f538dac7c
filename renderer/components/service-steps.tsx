/** How a person gets their conversations out of each service: exact steps, and the service's own page. */
import { Disclosure, DisclosureContent, DisclosureProvider } from '@ariakit/react'
import { ChevronRight } from 'lucide-react'
import type { Source } from '../../node-core/contract/content.ts'
import { useText } from '../app/language.tsx'
import type { MessageId } from '../messages/shape.ts'
import { Command } from './command.tsx'
import css from './service-steps.module.css'
import { sourceNames } from './source-name.ts'

interface Service {
  readonly source: Source
  readonly steps: readonly MessageId[]
  /** The service's own page for it. */
  readonly page?: string
  /** Where a program keeps its conversations on this machine, and where on Windows. */
  readonly folder?: readonly [string, string]
}

/** In the order in which people are likely to need them. */
const services: readonly Service[] = [
  {
    source: 'chatgpt',
    page: 'https://chatgpt.com/#settings/DataControls',
    steps: ['imports.steps.chatgpt.1', 'imports.steps.chatgpt.2', 'imports.steps.chatgpt.3'],
  },
  {
    source: 'claude',
    page: 'https://claude.ai/settings/data-privacy-controls',
    steps: ['imports.steps.claude.1', 'imports.steps.claude.2', 'imports.steps.claude.3'],
  },
  {
    source: 'gemini',
    page: 'https://takeout.google.com/settings/takeout/custom/my_activity',
    steps: ['imports.steps.gemini.1', 'imports.steps.gemini.2', 'imports.steps.gemini.3', 'imports.steps.gemini.4'],
  },
  {
    source: 'claude-code',
    folder: ['~/.claude/projects', '%USERPROFILE%\\.claude\\projects'],
    steps: ['imports.steps.claude-code.1', 'imports.steps.hidden', 'imports.steps.claude-code.2'],
  },
  {
    source: 'codex',
    folder: ['~/.codex/sessions', '%USERPROFILE%\\.codex\\sessions'],
    steps: ['imports.steps.codex.1', 'imports.steps.hidden'],
  },
  {
    source: 'copilot',
    page: 'https://account.microsoft.com/privacy/copilot',
    steps: ['imports.steps.copilot.1', 'imports.steps.copilot.2'],
  },
  {
    source: 'deepseek',
    page: 'https://chat.deepseek.com/',
    steps: ['imports.steps.deepseek.1', 'imports.steps.deepseek.2'],
  },
  { source: 'grok', page: 'https://accounts.x.ai/data', steps: ['imports.steps.grok.1', 'imports.steps.grok.2'] },
  {
    source: 'lechat',
    page: 'https://admin.mistral.ai/account/export',
    steps: ['imports.steps.lechat.1', 'imports.steps.lechat.2'],
  },
  { source: 'openwebui', steps: ['imports.steps.openwebui.1', 'imports.steps.openwebui.2'] },
  { source: 'librechat', steps: ['imports.steps.librechat.1', 'imports.steps.librechat.2'] },
  {
    source: 'lmstudio',
    folder: ['~/.lmstudio/conversations', '%USERPROFILE%\\.lmstudio\\conversations'],
    steps: ['imports.steps.lmstudio.1', 'imports.steps.hidden'],
  },
  { source: 'jan', steps: ['imports.steps.jan.1', 'imports.steps.jan.2'] },
  { source: 'vivim', steps: ['imports.steps.vivim.1', 'imports.steps.vivim.2'] },
]

const isWindows = /Windows/.test(navigator.userAgent)

/** One disclosure for each service. */
export function ServiceSteps() {
  const text = useText()
  return (
    <ul className={css.services}>
      {services.map(({ source, steps, page, folder }) => (
        <li key={source}>
          <DisclosureProvider>
            <Disclosure className={css.name}>
              <ChevronRight size={16} strokeWidth={1.75} aria-hidden />
              {sourceNames[source]}
            </Disclosure>
            <DisclosureContent className={css.steps}>
              <ol>
                {steps.map((step) => (
                  <li key={step}>{text(step)}</li>
                ))}
              </ol>
              {folder && <Command line={folder[isWindows ? 1 : 0]} />}
              {page && (
                <p>
                  <a href={page} target="_blank" rel="noopener noreferrer">
                    {text('imports.steps.open', { service: sourceNames[source] })}
                  </a>
                </p>
              )}
            </DisclosureContent>
          </DisclosureProvider>
        </li>
      ))}
    </ul>
  )
}
