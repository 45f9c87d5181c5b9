import { generatedName, uuid } from '../physical-ids';
import { arn, type ResourceType, type ResourceView, seed, stringOr } from './resource-type';

const name = (resource: ResourceView) =>
  stringOr(resource, 'Name', generatedName(resource.stackName, resource.logicalId));
const regional = (kind: string) => (resource: ResourceView) =>
  arn(resource, 'wafv2', `regional/${kind}/${name(resource)}/${uuid(seed(resource))}`);
const named = (resource: ResourceView) => `${name(resource)}|${uuid(seed(resource))}|${resource.property('Scope')}`;

/** Web ACLs; what their statements say is read in `local/deployment/web-acls.ts`, which refuses those it cannot. */
export const WAF_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::WAFv2::WebACL': {
    ref: named,
    attributes: {
      Arn: regional('webacl'),
      Id: (resource) => uuid(seed(resource)),
      LabelNamespace: (resource) => `awswaf:${resource.account}:webacl:${name(resource)}:`,
    },
    honoured: [
      'AssociationConfig.RequestBody.API_GATEWAY.DefaultSizeInspectionLimit',
      'CustomResponseBodies',
      'DefaultAction',
      'Name',
      'Rules.Action',
      'Rules.Name',
      'Rules.OverrideAction',
      'Rules.Priority',
      'Rules.RuleLabels',
      'Rules.Statement',
      'Scope',
    ],
    inert: [
      'CaptchaConfig',
      'ChallengeConfig',
      'DataProtectionConfig',
      'Description',
      'Rules.VisibilityConfig',
      'Tags',
      'TokenDomains',
      'VisibilityConfig',
    ],
  },
  'AWS::WAFv2::IPSet': {
    ref: named,
    attributes: { Arn: regional('ipset'), Id: (resource) => uuid(seed(resource)) },
    honoured: ['Addresses', 'IPAddressVersion', 'Name', 'Scope'],
    inert: ['Description', 'Tags'],
  },
  'AWS::WAFv2::WebACLAssociation': {
    ref: (resource) => generatedName(resource.stackName, resource.logicalId),
    attributes: {},
    honoured: ['ResourceArn', 'WebACLArn'],
    inert: [],
  },
  'AWS::WAFv2::LoggingConfiguration': {
    ref: (resource) => String(resource.property('ResourceArn')),
    attributes: {},
    honoured: [],
    inert: ['*'],
  },
};
