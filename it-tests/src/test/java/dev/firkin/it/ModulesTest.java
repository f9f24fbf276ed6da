package dev.firkin.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which module may use which: {@code s3-backend} and {@code cli} use core, only cli wires. */
final class ModulesTest {
  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.firkin");

  @Test
  void coreUsesNoOtherModule() {
    noClasses()
        .that(liveIn("core"))
        .should()
        .dependOnClassesThat(liveIn("s3-backend").or(liveIn("cli")))
        .check(PROGRAM);
  }

  @Test
  void theBackendUsesCoreAndTheSdkOnly() {
    classes()
        .that(liveIn("s3-backend"))
        .should()
        .onlyDependOnClassesThat(
            liveIn("s3-backend")
                .or(liveIn("core"))
                .or(
                    resideInAnyPackage(
                        "java..",
                        "javax..",
                        "org.jspecify..",
                        "org.reactivestreams..",
                        "software.amazon..")))
        .allowEmptyShould(true)
        .check(PROGRAM);
  }

  @Test
  void onlyTheBackendUsesTheSdk() {
    noClasses()
        .that(liveIn("core").or(liveIn("cli")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("software.amazon.."))
        .check(PROGRAM);
  }

  @Test
  void onlyTheCommandLineUsesPicocli() {
    noClasses()
        .that(liveIn("core").or(liveIn("s3-backend")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("picocli.."))
        .check(PROGRAM);
  }

  /** Guards the other rules: with no class found where they look, they would all hold. */
  @Test
  void modulesAreRecognised() {
    for (String module : new String[] {"core", "cli"}) {
      assertTrue(PROGRAM.stream().anyMatch(liveIn(module)), module);
    }
  }

  /** By where the class file lies: {@code <module>/target/classes} or a jar in {@code target}. */
  private static DescribedPredicate<JavaClass> liveIn(String module) {
    Pattern place = Pattern.compile("/" + module + "/target/");
    return describe(
        "live in " + module,
        type ->
            type.getSource()
                .map(source -> place.matcher(source.getUri().toString()).find())
                .orElse(false));
  }
}
