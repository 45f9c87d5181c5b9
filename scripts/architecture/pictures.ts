import { App } from 'aws-cdk-lib';
import { Template as StackTemplate } from 'aws-cdk-lib/assertions';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { NotesStack } from '../../examples/notes/stack';
import type { Template } from './facts';

export interface Picture {
  readonly file: string;
  readonly title: string;
  /** Context of the example. */
  readonly context: Readonly<Record<string, string>>;
}

export const PICTURES: readonly Picture[] = [
  { file: 'architecture-lambda-http.svg', title: 'Lambda behind an HTTP API', context: { hosting: 'lambda' } },
  { file: 'architecture-fargate-http.svg', title: 'Fargate behind an HTTP API', context: { hosting: 'fargate' } },
  {
    file: 'architecture-lambda-rest.svg',
    title: 'Lambda behind a REST API',
    context: { hosting: 'lambda', endpoint: 'rest' },
  },
  {
    file: 'architecture-fargate-rest.svg',
    title: 'Fargate behind a REST API',
    context: { hosting: 'fargate', endpoint: 'rest' },
  },
];

/** The example's template; nothing is bundled for it. */
export function templateOf({ context }: Picture): Template {
  const app = new App({ context: { ...context, [BUNDLING_STACKS]: [] } });
  return StackTemplate.fromStack(new NotesStack(app, 'NotesStack')).toJSON() as Template;
}
