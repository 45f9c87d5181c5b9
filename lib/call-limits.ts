import type { Duration } from 'aws-cdk-lib';

/** Bounds on one call of the server. What is beyond is refused before the tool runs, or ends the call. */
export interface CallLimits {
  /**
   * Bytes of a request body.
   *
   * @default 1048576
   */
  readonly requestBytes?: number;

  /**
   * Nesting of arrays and objects in a request.
   *
   * @default 64
   */
  readonly depth?: number;

  /**
   * Elements of one array in a tool's arguments.
   *
   * @default 10000
   */
  readonly arrayLength?: number;

  /**
   * Characters of one text in a tool's arguments.
   *
   * @default 262144
   */
  readonly stringLength?: number;

  /**
   * How long a tool may take, by name; `*` at the end of a name matches the rest, and the longest name that matches
   * decides.
   *
   * @default - as long as the endpoint waits
   */
  readonly toolTimeouts?: { [tool: string]: Duration };

  /**
   * Calls that one instance works on at a time, where an instance takes several. More are answered with 503.
   *
   * @default 100
   */
  readonly concurrency?: number;

  /**
   * Whether arguments may have properties that a tool's schema does not name.
   *
   * @default false
   */
  readonly unknownProperties?: boolean;
}
