/** Changes of the policies that let broker and guard at what the broker keeps. */
import { ofType, type Resources } from './assembly';
import { type Mutation, only } from './mutations';

export type Role = 'Broker' | 'Server';

/** All they allow, by role. */
export const GRANTS_ACTIONS: Readonly<Record<Role, readonly string[]>> = {
  Broker: [
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
    'secretsmanager:GetSecretValue',
  ],
  Server: ['dynamodb:GetItem'],
};

export function grantsStatements(resources: Resources, role: Role) {
  return only(resources, 'IAM::Policy', `${role}RoleGrants`)[1].Properties.PolicyDocument.Statement;
}

export function forbid(role: Role, action: string): Mutation {
  return (resources) => {
    for (const statement of grantsStatements(resources, role)) {
      statement.Action = [statement.Action].flat().filter((one: string) => one !== action);
    }
  };
}

/** The keys the guard may read begin otherwise than those of grants. */
export const otherLeadingKeys: Mutation = (resources) => {
  const [statement] = grantsStatements(resources, 'Server');
  statement.Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'] = ['CODE#*'];
};

/** The statements are about another table. */
export function otherTable(role: Role): Mutation {
  return (resources) => {
    const [notes] = ofType(resources, 'DynamoDB::GlobalTable').find(([id]) => id.startsWith('Table')) ?? [];
    for (const statement of grantsStatements(resources, role)) statement.Resource = { 'Fn::GetAtt': [notes, 'Arn'] };
  };
}
