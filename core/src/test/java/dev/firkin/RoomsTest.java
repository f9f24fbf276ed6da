package dev.firkin;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rooms of core, which of them may use which, and who may use which library. */
final class RoomsTest {
  /** Lower rooms first: a room may use those before it. */
  private static final List<String> ROOMS =
      List.of(
          "chunk",
          "crypt",
          "codec",
          "store",
          "sendstream",
          "retention",
          "repository",
          "transfer",
          "disposal",
          "btrfs");

  /** What is narrower than the order of the rooms. */
  private static final Map<String, List<String>> NARROWER =
      Map.of("btrfs", List.of("sendstream"), "retention", List.of());

  /** The only rooms that may use a library, by its package. */
  private static final Map<String, List<String>> LIBRARIES =
      Map.of(
          "com.exceptionfactory.jagged..", List.of("crypt"),
          "org.bouncycastle..", List.of("crypt"),
          "org.conscrypt..", List.of("crypt"),
          "com.github.luben.zstd..", List.of("codec"),
          "tools.jackson..", List.of("repository"),
          "com.fasterxml.jackson.annotation..", List.of("repository"));

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.firkin");

  @Test
  void everyClassLivesInARoom() {
    classes().should().resideInAnyPackage(packagesOf(ROOMS, "dev.firkin")).check(CORE);
  }

  @Test
  void theRootPackageUsesNoRoom() {
    noClasses()
        .that()
        .resideInAPackage("dev.firkin")
        .should()
        .dependOnClassesThat(resideInAnyPackage(packagesOf(ROOMS)))
        .check(CORE);
  }

  @TestFactory
  Stream<DynamicTest> aRoomUsesOnlyTheRoomsBelowIt() {
    return ROOMS.stream()
        .map(room -> {
          List<String> below = NARROWER.getOrDefault(room, ROOMS.subList(0, ROOMS.indexOf(room)));
          List<String> forbidden =
              ROOMS.stream().filter(r -> !r.equals(room) && !below.contains(r)).toList();
          return DynamicTest.dynamicTest(
              room,
              () ->
                  noClasses()
                      .that(resideInAPackage(packageOf(room)))
                      .should()
                      .dependOnClassesThat(resideInAnyPackage(packagesOf(forbidden)))
                      .allowEmptyShould(true)
                      .check(CORE));
        });
  }

  @TestFactory
  Stream<DynamicTest> aLibraryIsUsedInItsRoomOnly() {
    return LIBRARIES.entrySet().stream()
        .map(library ->
            DynamicTest.dynamicTest(
                library.getKey(),
                () ->
                    noClasses()
                        .that()
                        .resideOutsideOfPackages(packagesOf(library.getValue()))
                        .should()
                        .dependOnClassesThat(resideInAPackage(library.getKey()))
                        .check(CORE)));
  }

  /** Neither an SDK nor a command line nor a logger. */
  @Test
  void usesNoOtherLibrary() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "javax..", "dev.firkin..", "org.jspecify..")
                .or(resideInAnyPackage(LIBRARIES.keySet().toArray(String[]::new))))
        .check(CORE);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.firkin.(**)").should().beFreeOfCycles().check(CORE);
  }

  private static String packageOf(String room) {
    return "dev.firkin." + room + "..";
  }

  private static String[] packagesOf(List<String> rooms, String... more) {
    return Stream.concat(rooms.stream().map(RoomsTest::packageOf), Stream.of(more))
        .toArray(String[]::new);
  }
}
