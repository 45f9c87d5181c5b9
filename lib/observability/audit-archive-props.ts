import type { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/** A copy of the audit records that nobody can change for a time. */
export interface AuditArchiveProps {
  /**
   * How long an object cannot be deleted or overwritten, in whole days.
   */
  readonly retention: Duration;

  /**
   * Whether nobody at all can shorten that, the root user included (S3 Object Lock in compliance mode). A bucket with
   * such objects cannot be emptied before their time, so a stack that holds it cannot be deleted whole.
   *
   * @default false - governance mode: who has `s3:BypassGovernanceRetention` can
   */
  readonly compliance?: boolean;

  /**
   * A bucket that exists, with Object Lock and its default retention set there; not verified. `retention` and
   * `compliance` are then not used.
   *
   * @default - a bucket of the server's own, versioned, encrypted, with the server's removal policy
   */
  readonly bucket?: IBucket;
}
