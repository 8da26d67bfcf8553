package jvisor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./jvisor} in a checkout of its own, with a JDK and a Maven that only pretend. */
class LauncherTest {
  private static final String JAVA =
      """
      #!/bin/sh
      case $* in
        *-XX:AOTCacheOutput=*) echo "${*##* jvisor.app.Main }" >"$HOME/training" ;;
        *'Main image build --if-missing') : >"$HOME/image" ;;
        *'Main image list --json') [ ! -e "$HOME/image" ] || echo ' "built" : true' ;;
      esac
      for argument; do
        case $argument in
          -XX:AOTCacheOutput=*) : >"${argument#*=}"; exit ;;
          jvisor.app.Main) seen=1 ;;
          *) [ -z "${seen-}" ] || printf '%s|' "$argument" ;;
        esac
      done
      printf 'by %s' "${0%/bin/java}"
      """;

  private static final String MAVEN =
      """
      #!/bin/sh
      [ "$1" != -v ] || { echo "Apache Maven ${MAVEN_VERSION-3.8.7} (x)"; exit; }
      echo built >>"$HOME/builds"
      if [ -e "$HOME/broken" ]; then
        printf '[INFO] BUILD FAILURE\\n[ERROR] A.java:[1,2] this is wrong\\n[ERROR] \\n'
        exit 1
      fi
      mkdir -p app/target/lib
      : >app/target/lib/a.jar
      : >app/target/jvisor-app-1.jar
      echo '[INFO] Building jvisor-app 1  [1/1]'
      echo '[INFO] --- compiler'
      echo '[INFO] BUILD SUCCESS'
      """;

  @TempDir Path home;
  private Path checkout;
  private Path jdk;
  private final List<String> environment = new ArrayList<>();

  private record Result(int status, String out, String err) {}

  @BeforeEach
  void makeACheckout() throws IOException {
    checkout = home.resolve("check out");
    Path repository = Path.of("").toAbsolutePath().getParent();
    Files.createDirectories(checkout.resolve("scripts"));
    try (Stream<Path> scripts = Files.list(repository.resolve("scripts"))) {
      for (Path script : scripts.toList()) {
        // The real JVM folder must not decide what is found here.
        Files.writeString(
            checkout.resolve("scripts").resolve(script.getFileName()),
            Files.readString(script).replace("/usr/lib/jvm/", home + "/jvm/"));
      }
    }
    executable(checkout.resolve("jvisor"), Files.readString(repository.resolve("jvisor")));
    for (String source : new String[] {"app/src/main/A.java", "app/pom.xml", "pom.xml", ".mvn/x"}) {
      Path file = checkout.resolve(source);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
    jdk = jdk(home.resolve("jdk"), "25.0.1");
    offerTools();
    executable(home.resolve("bin/mvn"), MAVEN);
    environment.add("JAVA_HOME=" + jdk);
  }

  @Test
  void buildsOnceAndThenOnlyWhenSourcesChange() throws IOException {
    assertThat(launch("run", "a b").out()).isEqualTo("run|a b|by " + jdk);
    launch("run");
    assertThat(builds()).isEqualTo(1);
    age();
    Files.writeString(checkout.resolve("app/src/main/A.java"), "changed");
    launch("run");
    assertThat(builds()).isEqualTo(2);
    age();
    Files.delete(checkout.resolve("app/src/main/A.java"));
    launch("run");
    assertThat(builds()).isEqualTo(3);
    age();
    Files.writeString(checkout.resolve("pom.xml"), "changed");
    launch("run");
    launch("run");
    assertThat(builds()).isEqualTo(4);
  }

  @Test
  void trainsWithABootOnlyWhereThereIsAnImage() throws IOException {
    launch("--version");
    assertThat(home.resolve("training")).hasContent("doctor");
    assertThat(home.resolve("image")).doesNotExist();
    age();
    Files.writeString(checkout.resolve("pom.xml"), "changed");
    launch("run", "--memory", "1G");
    assertThat(home.resolve("image")).exists();
    assertThat(home.resolve("training")).content().startsWith("run --timeout");
  }

  @Test
  void aKernelOfOnesOwnNeedsNoImage() throws IOException {
    launch("run", "--kernel", "mine");
    assertThat(home.resolve("image")).doesNotExist();
  }

  @Test
  void aBuildTakesNothingFromTheOneBefore() throws IOException {
    launch();
    Path first = current();
    age();
    Files.writeString(checkout.resolve("pom.xml"), "changed");
    launch();
    assertThat(current()).isNotEqualTo(first);
    assertThat(first.resolve("jvisor.jar")).exists();
  }

  @Test
  void worksFromAnywhereAndThroughLinks() throws IOException {
    Path link = Files.createSymbolicLink(home.resolve("one"), checkout.resolve("jvisor"));
    Path relative = Files.createSymbolicLink(home.resolve("bin/two"), Path.of("../one"));
    for (String command : new String[] {link.toString(), relative.toString(), "two", "one"}) {
      Result result = shell(home, "PATH=$PATH:$HOME; " + command + " x");
      assertThat(result.out()).as(command).isEqualTo("x|by " + jdk);
    }
  }

  @Test
  void aBrokenBuildTellsWhatIsWrongAndIsStatusSeventy() throws IOException {
    Files.writeString(home.resolve("broken"), "");
    Result result = launch("run");
    assertThat(result.status()).isEqualTo(70);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            """
            jvisor: building
            [ERROR] A.java:[1,2] this is wrong
            jvisor: the build is broken; its log is %s/target/build.log
            """
                .formatted(checkout));
    Files.delete(home.resolve("broken"));
    assertThat(launch("run").status()).isZero();
  }

  @Test
  void aLockOfABuildThatIsGoneDoesNotCount() throws IOException {
    Path lock = Files.createDirectories(checkout.resolve("target/build.lock"));
    Files.writeString(lock.resolve("pid"), "999999999\n");
    assertThat(launch("run").status()).isZero();
    assertThat(lock).doesNotExist();
  }

  @Test
  void withoutMavenOneLineTellsWhatToInstall() throws IOException {
    Files.delete(home.resolve("bin/mvn"));
    Result result = launch("run");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo("jvisor: needs Maven 3.8 or newer to build: install package maven\n");
  }

  @Test
  void anOldMavenWillNotDo() throws IOException {
    environment.add("MAVEN_VERSION=3.6.3");
    Result result = launch("run");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("jvisor: needs Maven 3.8 or newer").hasLineCount(1);
    environment.add("MAVEN_VERSION=4.0.0");
    assertThat(launch("run").status()).isZero();
  }

  @Test
  void withoutAJdkOneLineTellsWhatToInstall() throws IOException {
    environment.set(0, "JAVA_HOME=" + jdk(home.resolve("old"), "17.0.15"));
    Result result = launch("run");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("jvisor: needs a JDK 25 or newer: install").hasLineCount(1);
  }

  @Test
  void findsAJdkInEveryUsualPlace() throws IOException {
    for (String place :
        new String[] {
          "jvm/temurin-25-jdk-amd64",
          "jvm/default-java",
          ".sdkman/candidates/java/25.0.1-tem",
          ".jdks/openjdk-26",
          "elsewhere"
        }) {
      environment.set(0, "JAVA_HOME=" + home.resolve("nothing"));
      Path found = jdk(home.resolve(place), place.contains("26") ? "26-ea" : "25");
      if (place.equals("elsewhere")) {
        Files.createSymbolicLink(home.resolve("bin/javac"), Path.of("../elsewhere/bin/javac"));
      }
      assertThat(launch().out()).as(place).endsWith("by " + found.toRealPath());
      delete(found);
    }
  }

  @Test
  void aJavaRuntimeWithoutACompilerIsNoJdk() throws IOException {
    Files.delete(jdk.resolve("bin/javac"));
    assertThat(launch().status()).isEqualTo(2);
  }

  @Test
  void closedStreamsDoNotDisturbIt() throws IOException {
    launch();
    assertThat(shell(checkout, "./jvisor x <&- 2>&-").out()).isEqualTo("x|by " + jdk);
  }

  private Result launch(String... arguments) throws IOException {
    return shell(checkout, "./jvisor " + Shell.words(List.of(arguments)));
  }

  private Result shell(Path folder, String command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("HOME", home.toString());
    builder.environment().put("PATH", home.resolve("bin").toString());
    for (String entry : environment) {
      String[] parts = entry.split("=", 2);
      builder.environment().put(parts[0], parts[1]);
    }
    Path err = Files.createTempFile(home, "err", "");
    Process process = builder.redirectError(err.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return new Result(process.waitFor(), out, Files.readString(err));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The host's own mvn and javac may lie in /usr/bin, so all else there is reached one by one. */
  private void offerTools() throws IOException {
    for (String name :
        List.of(
            "find",
            "head",
            "cat",
            "sed",
            "grep",
            "ps",
            "sleep",
            "mkdir",
            "rm",
            "mv",
            "cp",
            "date",
            "readlink",
            "tail")) {
      executable(
          home.resolve("bin").resolve(name),
          "#!/bin/sh\nPATH=/usr/bin:/bin exec " + name + " \"$@\"\n");
    }
  }

  private int builds() throws IOException {
    return Files.readAllLines(home.resolve("builds")).size();
  }

  private Path current() throws IOException {
    Path builds = checkout.resolve("target/builds");
    return builds.resolve(Files.readString(builds.resolve("current")).strip());
  }

  /** Makes the last build older than whatever is written from here on. */
  private void age() throws IOException {
    Files.setLastModifiedTime(
        current().resolve("stamp"), FileTime.from(Instant.now().minusSeconds(1)));
    try (Stream<Path> all = Files.walk(checkout)) {
      for (Path path : all.filter(p -> !p.startsWith(checkout.resolve("target"))).toList()) {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minusSeconds(5)));
      }
    }
  }

  private static Path jdk(Path folder, String version) throws IOException {
    executable(folder.resolve("bin/java"), JAVA);
    executable(folder.resolve("bin/javac"), "");
    Files.writeString(
        folder.resolve("release"),
        "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"x86_64\"\n");
    return folder;
  }

  private static void executable(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }
}
