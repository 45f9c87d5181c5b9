/** When tasks are added: each target is kept by itself, and the one that asks for the most tasks decides. */
export interface FargateScaling {
  /**
   * Percent of the tasks' processors in use.
   *
   * @default 60
   */
  readonly cpuPercent?: number;

  /**
   * Percent of the tasks' memory in use.
   *
   * @default 75
   */
  readonly memoryPercent?: number;

  /**
   * Requests that each task gets in a minute. Only with a rolling deployment: the other kinds move the requests from
   * one target group to another, and the metric counts one of them.
   *
   * @default 1200, with a rolling deployment
   */
  readonly requestsPerTask?: number;
}
