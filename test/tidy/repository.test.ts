/** The outside of the repository, and that a stray name, a loose version or a silent script is noticed. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  lockBreaches,
  scriptBreaches,
  topLevelBreaches,
  undeclaredPackages,
  versionBreaches,
} from './repository-rules.ts';
import { PROJECT, parse, sourceTree } from './syntax.ts';

const read = (name: string) => JSON.parse(readFileSync(path.join(PROJECT, name), 'utf8'));

describe('the rules', () => {
  it('know a name that does not belong at the top', () => {
    expect(topLevelBreaches(['src', 'dist', 'README.md', '.ci', 'node_modules'])).toEqual([]);
    expect(topLevelBreaches(['src', 'scripts', 'notes.md', 'session.db'])).toEqual([
      'scripts',
      'notes.md',
      'session.db',
    ]);
  });

  it('know a version that may move', () => {
    expect(versionBreaches({ dependencies: { ink: '8.0.0' }, devDependencies: { vitest: '5.1.1' } })).toEqual([]);
    for (const version of ['^8.0.0', '~8.0.0', '8', '8.x', 'latest', '>=8.0.0', 'github:a/b', '8.0.0 || 9.0.0', '*']) {
      expect(versionBreaches({ devDependencies: { ink: version } })).toEqual([`ink@${version}`]);
    }
  });

  it('know a lockfile that says otherwise', () => {
    const entry = (version: string) => ({ version, integrity: 'sha512-x' });
    const packages = { '': {}, 'node_modules/ink': entry('8.0.0') };
    expect(lockBreaches({ dependencies: { ink: '8.0.0' } }, { packages })).toEqual([]);
    expect(lockBreaches({ dependencies: { ink: '8.0.1' } }, { packages })).toEqual(['ink@8.0.1 is locked at 8.0.0']);
    expect(lockBreaches({ devDependencies: { zod: '4.0.0' } }, { packages })).toEqual([
      'zod@4.0.0 is locked at undefined',
    ]);
    expect(lockBreaches({}, { packages: { 'node_modules/ink': { version: '8.0.0' } } })).toHaveLength(1);
  });

  it('know an override that may move, or that the lockfile does not follow', () => {
    expect(versionBreaches({ overrides: { y: '4.18.1' } })).toEqual([]);
    expect(versionBreaches({ overrides: { y: '^4.18.1' } })).toEqual(['y@^4.18.1']);
    const locked = (version: string) => ({
      packages: { 'node_modules/x/node_modules/y': { version, integrity: 's' } },
    });
    expect(lockBreaches({ overrides: { y: '4.18.1' } }, locked('4.18.1'))).toEqual([]);
    for (const version of ['4.18.0', '4.18.2', '4.19.0', '5.0.0']) {
      expect(lockBreaches({ overrides: { y: '4.18.1' } }, locked(version)), version).toHaveLength(1);
    }
  });

  it('know a package that another wants and the lockfile lacks', () => {
    const tool = { integrity: 's', optionalDependencies: { 'tool-win32': '1.0.0' } };
    const packages = { 'node_modules/@a/b/node_modules/tool': tool };
    const missing = ['node_modules/@a/b/node_modules/tool wants tool-win32, which is not locked'];
    expect(lockBreaches({}, { packages })).toEqual(missing);
    for (const home of ['node_modules/@a/b/node_modules/tool/', 'node_modules/@a/b/', '']) {
      const found = { ...packages, [`${home}node_modules/tool-win32`]: { integrity: 's' } };
      expect(lockBreaches({}, { packages: found })).toEqual([]);
    }
    const elsewhere = { ...packages, 'node_modules/c/node_modules/tool-win32': { integrity: 's' } };
    expect(lockBreaches({}, { packages: elsewhere })).toEqual(missing);
  });

  it('know an install script nobody decided on', () => {
    const packages = {
      'node_modules/a': { hasInstallScript: true },
      'node_modules/b/node_modules/@c/d': { hasInstallScript: true },
      'node_modules/e': {},
    };
    expect(scriptBreaches({ allowScripts: { a: true, '@c/d': false } }, { packages })).toEqual([]);
    expect(scriptBreaches({ allowScripts: { a: true } }, { packages })).toEqual([
      '@c/d may or may not run its script?',
    ]);
    expect(scriptBreaches({}, { packages })).toHaveLength(2);
    expect(scriptBreaches({ allowScripts: { a: true, '@c/d': false, e: true } }, { packages })).toHaveLength(1);
  });

  it('know a package that nobody asked for', () => {
    const manifest = { dependencies: { ink: '8.0.0' }, devDependencies: { vitest: '5.1.1', '@x/pty': '1.0.0' } };
    const undeclared = (file: string, code: string) => undeclaredPackages(parse(file, code), manifest);
    expect(undeclared('src/a.ts', 'import "ink/deep"; import "node:fs"; import "./b.ts";')).toEqual([]);
    expect(undeclared('src/a.ts', 'import "string-width";')).toEqual(['src/a.ts:1 string-width']);
    expect(undeclared('src/a.ts', 'import "@x/pty";')).toEqual(['src/a.ts:1 @x/pty']);
    expect(undeclared('src/a.ts', 'import type { Pty } from "@x/pty/types";')).toEqual([]);
    expect(undeclared('test/a.ts', 'import "@x/pty"; import "vitest/node";')).toEqual([]);
  });
});

describe('the repository', () => {
  it('has only the fixed names at its top', () => expect(topLevelBreaches(readdirSync(PROJECT))).toEqual([]));

  it('takes exact versions, locked with checksums', () => {
    expect(versionBreaches(read('package.json'))).toEqual([]);
    expect(lockBreaches(read('package.json'), read('package-lock.json'))).toEqual([]);
  });

  it('uses only the packages it names', () => {
    const manifest = read('package.json');
    expect(sourceTree().flatMap((file) => undeclaredPackages(file, manifest))).toEqual([]);
  });

  it('says of every install script whether it may run', () => {
    expect(scriptBreaches(read('package.json'), read('package-lock.json'))).toEqual([]);
  });
});
