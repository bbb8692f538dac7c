/** The other half of the schedules, so that both run at once. */
import { schedulesTest } from '../../tests/kit/check-schedules.ts'

schedulesTest(1)
