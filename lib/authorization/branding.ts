import { Token } from 'aws-cdk-lib';
import type { Branding } from '../private/contract';
import type { PageBranding } from './page-branding';

/** What is wrong with the branding of the pages, in words. */
export function brandingProblems({ serviceName, color, supportUrl }: PageBranding): string[] {
  const problems: string[] = [];
  if (known(serviceName) && !/^(?=.*\S)\P{C}{1,80}$/u.test(serviceName)) {
    problems.push(`serviceName '${serviceName}' is not allowed: use 1 to 80 characters that people can read`);
  }
  if (known(color) && !/^#[0-9a-f]{6}$/i.test(color)) {
    problems.push(`color '${color}' is not allowed: write it as '#rrggbb', as in '#0b5fff'`);
  }
  if (known(supportUrl) && !isSupportUrl(supportUrl)) {
    problems.push(`supportUrl '${supportUrl}' is not allowed: give an address that begins with https:// or mailto:`);
  }
  return problems;
}

/** What the pages are told; absent when there is nothing to tell. */
export function brandingOf(branding: PageBranding = {}): Branding | undefined {
  const { serviceName, color, supportUrl } = branding;
  const chosen = Object.entries({ serviceName, color, supportUrl }).filter(([, value]) => value !== undefined);
  return chosen.length > 0 ? Object.fromEntries(chosen) : undefined;
}

function known(value: string | undefined): value is string {
  return value !== undefined && !Token.isUnresolved(value);
}

function isSupportUrl(text: string): boolean {
  return /^(https:\/\/|mailto:)[^\s"'<>\\]+$/.test(text) && URL.canParse(text);
}
