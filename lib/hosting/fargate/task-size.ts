import { Token } from 'aws-cdk-lib';

/** MiB that go with each number of processor units: least, most, step. */
const SIZES: Readonly<Record<number, readonly [number, number, number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
};

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size */
export function taskSizeProblem(cpu: number, memoryLimitMiB: number): string | undefined {
  if (Token.isUnresolved(cpu) || Token.isUnresolved(memoryLimitMiB)) return undefined;
  const size = SIZES[cpu];
  if (size === undefined) return `\`cpu\` ${cpu} is not allowed: use one of ${Object.keys(SIZES).join(', ')}`;
  const [least, most, step] = size;
  // The smallest task has 512, 1024 or 2048.
  const fits = memoryLimitMiB % step === 0 && !(cpu === 256 && memoryLimitMiB === 1536);
  if (fits && memoryLimitMiB >= least && memoryLimitMiB <= most) return undefined;
  return `\`memoryLimitMiB\` ${memoryLimitMiB} does not go with \`cpu\` ${cpu}: use ${least} to ${most} in steps of ${step}`;
}
