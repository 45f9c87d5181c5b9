import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { fail } from '../../private/errors';

const PRIVATE_ECR = /^\d{12}\.dkr[.-]ecr[.-]/;

/** Without a way to the internet only Amazon ECR's private registries are in reach. */
export function checkImages(scope: Construct, images: readonly string[]): void {
  for (const image of images) {
    if (Token.isUnresolved(image) || PRIVATE_ECR.test(image)) continue;
    fail(
      scope,
      `image '${image}' is out of reach of a VPC made here, which has no way to the internet: copy it to Amazon ECR (a ` +
        'pull-through cache does), use ecs.ContainerImage.fromAsset, or give `vpc`',
    );
  }
}
