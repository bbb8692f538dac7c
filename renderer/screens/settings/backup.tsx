import { Link } from 'wouter'
import { useClock } from '../../app/clock.tsx'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import { Command } from '../../components/command.tsx'
import { Notice } from '../../components/notice.tsx'
import { Page, Part, Soft } from '../../components/parts.tsx'
import { useAccount } from '../../queries/account.ts'
import { useBackup } from '../../queries/backup.ts'
import { OwnBackupsPart } from './own-backups.tsx'
import { Saving } from './saving.tsx'

/** What a backup is, how to make one, bring it back, and know that it is good. */
export function BackupSection() {
  const text = useText()
  const now = useClock()
  const { data: account } = useAccount()
  const { standing, start } = useBackup()
  return (
    <Page title={text('settings.backup')} lead={text('settings.backup.lead')}>
      {account && !account.phraseConfirmed && (
        <Notice kind="warning">
          <p>{text('settings.backup.words')}</p>
          <Link href="/settings/keys">{text('settings.backup.words.link')}</Link>
        </Notice>
      )}
      <Part title={text('settings.backup.make')}>
        <p>{text('settings.backup.make.text')}</p>
        <Saving standing={standing}>
          <Button kind="primary" onClick={() => start(`vivim-${new Date(now()).toISOString().slice(0, 10)}.backup`)}>
            {text('settings.backup.make.button')}
          </Button>
        </Saving>
        <Soft>{text('settings.backup.make.or')}</Soft>
        <Command line="vivim backup FILE" hint={text('settings.backup.make.hint')} />
        <Soft>{text('settings.backup.make.often')}</Soft>
      </Part>
      <OwnBackupsPart />
      <Part title={text('settings.backup.check')}>
        <p>{text('settings.backup.check.text')}</p>
        <Command line="vivim backup --verify FILE" hint={text('settings.backup.check.words')} />
        <Command line="vivim restore FILE --data DIR" hint={text('settings.backup.check.beside')} />
        <Command line="vivim doctor --verify --data DIR" hint={text('settings.backup.check.verify')} />
      </Part>
      <Part title={text('settings.backup.restore')}>
        <p>{text('settings.backup.restore.text')}</p>
        <Command line="vivim restore FILE" hint={text('settings.backup.restore.hint')} />
        <Soft>{text('settings.backup.restore.device')}</Soft>
      </Part>
      <Part title={text('settings.backup.or-export')}>
        <p>{text('settings.backup.or-export.text')}</p>
        <p>
          <Link href="/settings/storage">{text('settings.backup.or-export.link')}</Link>
        </p>
      </Part>
      <Soft>{text('settings.commands')}</Soft>
    </Page>
  )
}
