package jvisor.architecture;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the module graph cannot say about who may see whom. */
class ArchitectureTest {
  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/bench/"))
          .importPackages("jvisor");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          isa      |
          host     |
          platform | host
          cpu      | isa platform host
          devices  | platform
          machine  | isa host platform cpu devices
          app      | machine
          """)
  void aModuleSeesOnlyThoseItMay(String module, String seen) {
    String[] allowed = (seen == null ? module : module + " " + seen).split(" ");
    classes()
        .that()
        .resideInAPackage("jvisor." + module + "..")
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.describe(
                "lie outside Jvisor or in " + String.join(", ", allowed),
                type -> visible(type, allowed)))
        .allowEmptyShould(true)
        .check(PRODUCTION);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("jvisor.(**)").should().beFreeOfCycles().check(PRODUCTION);
  }

  @Test
  void nativeAccessIsTheHostsAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("jvisor.host..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.Linker")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.SymbolLookup")
        .check(PRODUCTION);
  }

  @Test
  void devicesHaveNoThreadsNoFilesAndNoClockOfTheirOwn() {
    noClasses()
        .that()
        .resideInAPackage("jvisor.devices..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file..", "java.net..", "java.util.concurrent..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.(File|RandomAccess).*")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .allowEmptyShould(true)
        .check(PRODUCTION);
  }

  @Test
  void nothingStaticChanges() {
    List<JavaField> changing =
        PRODUCTION.stream()
            .flatMap(type -> type.getFields().stream())
            .filter(field -> field.getModifiers().contains(STATIC))
            .filter(field -> !field.getModifiers().contains(SYNTHETIC))
            .filter(field -> !field.getModifiers().contains(FINAL) || isCell(field.getRawType()))
            .toList();
    assertThat(changing).isEmpty();
  }

  @Test
  void everyPackageIsNullMarkedAndDescribed() {
    List<String> bare =
        PRODUCTION.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(p ->
                p.tryGetPackageInfo()
                    .map(info -> !info.isAnnotatedWith(NullMarked.class))
                    .orElse(true))
            .map(p -> p.getName())
            .toList();
    assertThat(bare).isEmpty();
  }

  private static boolean visible(JavaClass type, String... modules) {
    String name = type.getBaseComponentType().getPackageName();
    if (!name.startsWith("jvisor.")) {
      return true;
    }
    for (String module : modules) {
      if (name.equals("jvisor." + module) || name.startsWith("jvisor." + module + ".")) {
        return true;
      }
    }
    return false;
  }

  /** Whether the type is a box for something that changes. */
  private static boolean isCell(JavaClass type) {
    return List.of(
            AtomicBoolean.class, AtomicInteger.class, AtomicLong.class, AtomicReference.class)
        .stream()
        .anyMatch(cell -> type.isAssignableTo(cell));
  }
}
