package dev.firkin.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which module may use which: {@code s3-backend} and {@code cli} use core, only cli wires. */
final class ModulesTest {
  private static final JavaClasses PROGRAM = importProgram();

  /** The names of the libraries' classes are enough: theirs are not read. */
  private static JavaClasses importProgram() {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .withImportOption(location -> !location.contains("-tests.jar")) // of other modules
        .importPackages("dev.firkin");
  }

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

  /** All else deals with records, whatever the file is written in. */
  @Test
  void onlyTheConfigurationUsesToml() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.firkin.cli.config")
        .should()
        .dependOnClassesThat(resideInAnyPackage("tools.jackson.dataformat.."))
        .check(PROGRAM);
  }

  /** It can be read without a command line, and by whoever needs it. */
  @Test
  void theConfigurationKnowsNoCommands() {
    classes()
        .that()
        .resideInAPackage("dev.firkin.cli.config")
        .should()
        .onlyDependOnClassesThat(
            liveIn("core")
                .or(
                    resideInAnyPackage(
                        "dev.firkin.cli.config",
                        "dev.firkin.cli.text",
                        "java..",
                        "org.jspecify..",
                        "tools.jackson..")))
        .check(PROGRAM);
  }

  /** Guards the other rules: with no class found where they look, they would all hold. */
  @Test
  void modulesAreRecognised() {
    for (String module : new String[] {"core", "cli"}) {
      assertTrue(PROGRAM.stream().anyMatch(liveIn(module)), module);
    }
  }

  /** By the folder or jar of the class file; the jar of the command line names all the others. */
  private static DescribedPredicate<JavaClass> liveIn(String module) {
    String jar = module.equals("cli") ? "firkin[.]jar" : "firkin-" + module + "-[^/]*[.]jar";
    Pattern place = Pattern.compile("/" + module + "/target/classes/|/" + jar + "!");
    return describe(
        "live in " + module,
        type ->
            type.getSource()
                .map(source -> place.matcher(source.getUri().toString()).find())
                .orElse(false));
  }
}
