import { Annotations, Token } from 'aws-cdk-lib';
import type { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
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

/**
 * An image made of a folder is built for the machine that builds it unless it says a platform, and one for another
 * processor ends with `exec format error`. Of other images the platform is not known here.
 */
export function warnOfPlatform(scope: Construct, image: ecs.ContainerImage, tasks: Platform): void {
  if (!(image instanceof ecs.AssetImage)) return;
  // The CDK keeps it to itself; where it no longer does so by this name, nothing is said.
  // biome-ignore lint/complexity/useLiteralKeys: the other notation is for what is public
  const asset: ecs.AssetImageProps | undefined = image['props'];
  if (asset === undefined) return;
  const platform = asset.platform?.platform;
  if (platform === tasks.platform || platform?.startsWith(`${tasks.platform}/`)) return;
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:imagePlatform',
    `the image is built for ${platform ?? 'whichever machine builds it'}, and the tasks are ${tasks.platform}: give ` +
      `fromAsset \`platform: Platform.${tasks.platform.replace('/', '_').toUpperCase()}\`, or choose another \`architecture\``,
  );
}
