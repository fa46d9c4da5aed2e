/**
 * Owns the contract of everything small: models, versions, columns, profiles, monitors, evaluations, alerts,
 * outbox, keys, users, sessions. Every method is a whole unit of work. Each noun has its own interface.
 */
import type { AccessRecords } from '@/db/contracts/access-records'
import type { AlertRecords } from '@/db/contracts/alert-records'
import type { CustomRecords } from '@/db/contracts/custom-records'
import type { EvaluationRecords } from '@/db/contracts/evaluation-records'
import type { MarkerRecords } from '@/db/contracts/marker-records'
import type { ModelRecords } from '@/db/contracts/model-records'
import type { NotificationRecords } from '@/db/contracts/notification-records'
import type { ProfileRecords } from '@/db/contracts/profile-records'
import type { RuleRecords } from '@/db/contracts/rule-records'
import type { SilenceRecords } from '@/db/contracts/silence-records'
import type { SliceRecords } from '@/db/contracts/slice-records'

export interface MetadataStore
  extends ModelRecords,
    ProfileRecords,
    EvaluationRecords,
    AlertRecords,
    NotificationRecords,
    SilenceRecords,
    SliceRecords,
    MarkerRecords,
    AccessRecords,
    CustomRecords,
    RuleRecords {}
