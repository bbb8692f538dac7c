/** Many devices, a bad network, wrong clocks: when it heals all hold the same, and show the same. One half of the schedules. */
import { schedulesTest } from '../../tests/kit/check-schedules.ts'

schedulesTest(0)
