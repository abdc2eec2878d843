import { posix } from 'node:path';
import { ignoreLines } from './ignore.ts';
import { CA, dockerfileOf, header, install, LABELS } from './pieces.ts';
import type { Install } from './pieces.ts';
import { argOf, foldersUp, has, isPlain, nearest } from './places.ts';
import { unknown } from './recipe.ts';
import type { BaseImage, Program, ProjectFiles, Recipe, Unknown } from './recipe.ts';

const USER = 10001;
const SPRING_BOOT = /spring-boot|org\.springframework\.boot/;
const GRADLE = ['build.gradle', 'build.gradle.kts'];

/** Undefined where there is neither a pom.xml nor a build.gradle above the program. */
export function javaRecipe(program: Program, files: ProjectFiles, baseImage: BaseImage): Recipe | Unknown | undefined {
  const module = nearest(files, program.cwd, ['pom.xml', ...GRADLE]);
  if (module === undefined) return undefined;
  const isMaven = has(files, module, 'pom.xml');
  const context = rootOf(files, module, isMaven);
  if (!isPlain(module)) return unknown(`the name of the folder ${module} has characters that a Dockerfile cannot take`);
  const texts = [module, context].flatMap((at) =>
    ['pom.xml', ...GRADLE].map((name) => files.read(posix.join(at, name))),
  );
  const text = texts.join('\n');
  const version = javaVersion(text);
  const hasWrapper = !isMaven && has(files, context, 'gradlew');
  const isLayered = SPRING_BOOT.test(text) && springIsSince(text, 3, 3);
  const tool = isMaven ? 'maven' : hasWrapper ? 'gradlew' : 'gradle';
  const image = {
    maven: `maven:3-eclipse-temurin-${version}`,
    gradlew: `eclipse-temurin:${version}-jdk`,
    gradle: `gradle:8-jdk${version}`,
  }[tool];
  const runtime = `eclipse-temurin:${version}-jre`;
  const shape = [`java${version === 21 ? '' : version}`, tool, ...(isLayered ? ['spring'] : [])].join('-');
  return {
    kind: 'recipe',
    shape,
    dockerfile: dockerfile({ shape, tool, isLayered, image: baseImage(image), runtime: baseImage(runtime) }),
    context,
    args: { TITLE: program.name, MODULE: argOf(context, module) },
    command: ['java', '-jar', '/app/app.jar'],
    workdir: '/app',
    user: USER,
    writable: ['/tmp'],
    ignore: ignoreLines(['**/target', '**/build', '**/.gradle', '**/node_modules']),
    secrets: [
      isMaven
        ? { id: 'maven-settings', of: 'home', file: '.m2/settings.xml' }
        : { id: 'gradle-properties', of: 'home', file: '.gradle/gradle.properties' },
      CA,
    ],
    baseImages: [image, runtime].map(baseImage),
    notes: SPRING_BOOT.test(text)
      ? []
      : ['The jar is run by java -jar: it has to hold what it needs, and a Main-Class.'],
  };
}

/** The uppermost pom.xml without a gap, or the folder of settings.gradle. */
function rootOf(files: ProjectFiles, module: string, isMaven: boolean): string {
  const up = foldersUp(module);
  if (!isMaven) return nearest(files, module, ['settings.gradle', 'settings.gradle.kts', 'gradlew']) ?? module;
  const end = up.findIndex((folder) => !has(files, folder, 'pom.xml'));
  return up[(end === -1 ? up.length : end) - 1] ?? module;
}

function javaVersion(text: string): number {
  const [, found] =
    /<(?:java\.version|maven\.compiler\.release|release)>(\d+)</.exec(text) ??
    /(?:JavaLanguageVersion\.of\(|VERSION_|jvmToolchain\()(\d+)/.exec(text) ??
    [];
  const version = Number(found ?? 21);
  // Images exist of the versions that are kept for long.
  return [8, 11, 17, 21, 25].find((kept) => kept >= version) ?? version;
}

function springIsSince(text: string, major: number, minor: number): boolean {
  const [, one, two] =
    /<artifactId>spring-boot-(?:starter-parent|dependencies)<\/artifactId>\s*<version>(\d+)\.(\d+)/.exec(text) ??
    /org\.springframework\.boot['"]\)?\s+version\s*\(?['"](\d+)\.(\d+)/.exec(text) ??
    [];
  return one !== undefined && (Number(one) > major || (Number(one) === major && Number(two) >= minor));
}

interface JavaShape {
  readonly shape: string;
  readonly tool: 'maven' | 'gradlew' | 'gradle';
  readonly isLayered: boolean;
  readonly image: string;
  readonly runtime: string;
}

function dockerfile({ shape, tool, isLayered, image, runtime }: JavaShape): string {
  const layers = ['dependencies', 'spring-boot-loader', 'snapshot-dependencies', 'application'];
  return dockerfileOf([
    header(shape),
    `FROM ${image} AS build
WORKDIR /src
COPY . .
ARG MODULE=.
# What is fetched is kept from build to build, so the manifests need no layer.
${install(buildOf(tool))}
RUN mkdir -p /out/app && cp "$(find "$MODULE/${tool === 'maven' ? 'target' : 'build/libs'}" -maxdepth 1 -name '*.jar' \\
      ! -name '*-sources.jar' ! -name '*-javadoc.jar' ! -name '*-plain.jar' ! -name '*-tests.jar' ! -name 'original-*' \\
      -printf '%s %p\\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-)" /out/app/app.jar${
        isLayered
          ? ` \\\n    && java -Djarmode=tools -jar /out/app/app.jar extract --layers --destination /out/layers \\\n    && cd /out/layers && mkdir -p ${layers.join(' ')}`
          : ''
      }`,
    `FROM ${runtime}
WORKDIR /app
${(isLayered ? layers.map((layer) => `/out/layers/${layer}/`) : ['/out/app/']).map((from) => `COPY --from=build ${from} ./`).join('\n')}
ENV JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75
USER ${USER}:${USER}
${LABELS}
CMD ["java", "-jar", "/app/app.jar"]`,
  ]);
}

function buildOf(tool: JavaShape['tool']): Install {
  if (tool === 'maven')
    return {
      caches: [{ id: 'maven', target: '/root/.m2/repository', isLocked: true }],
      files: [{ id: 'maven-settings', target: '/root/.m2/settings.xml' }],
      trust: 'java',
      commands: ['mvn --batch-mode --no-transfer-progress -DskipTests package --projects "$MODULE" --also-make'],
    };
  const gradle = tool === 'gradlew' ? 'sh ./gradlew' : 'gradle';
  return {
    caches: [
      { id: 'gradle', target: '/root/.gradle/caches', isLocked: true },
      { id: 'gradle-wrapper', target: '/root/.gradle/wrapper', isLocked: true },
    ],
    files: [{ id: 'gradle-properties', target: '/root/.gradle/gradle.properties' }],
    trust: 'java',
    commands: ['export GRADLE_USER_HOME=/root/.gradle', `${gradle} --no-daemon --project-dir "$MODULE" assemble`],
  };
}
