package dev.firkin.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectKeyTest {

  @ParameterizedTest
  @ValueSource(strings = {"firkin.json", "chunks/aa/0f-_.x", "a", "a/b/c", "A1..b"})
  void acceptsSegmentsJoinedBySlashes(String text) {
    assertEquals(text, ObjectKey.of(text).value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "/a", "a/", "a//b", ".", "..", "a/./b", "a/../b", "../a", ".tmp/x", "a/.b", "a b",
        "a\\b", "ä", "a\n", "a\0", "a%2f", "a:b"
      })
  void rejectsEverythingElse(String text) {
    assertThrows(IllegalArgumentException.class, () -> ObjectKey.of(text));
    assertEquals(Optional.empty(), ObjectKey.parse(text));
  }

  @Test
  void limitsTheLength() {
    assertEquals(512, ObjectKey.of("k".repeat(512)).value().length());
    assertThrows(IllegalArgumentException.class, () -> ObjectKey.of("k".repeat(513)));
  }

  @Test
  void namesItsLastSegment() {
    assertEquals("c", ObjectKey.of("a/b/c").name());
    assertEquals("c", ObjectKey.of("c").name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "a", "a/b", "/a/", "a//", "../", "./", "a/../"})
  void rejectsPrefixesThatAreNoFolders(String text) {
    assertThrows(IllegalArgumentException.class, () -> KeyPrefix.of(text));
  }

  @Test
  void aPrefixHoldsItsFolderOnly() {
    KeyPrefix prefix = KeyPrefix.of("chunks/a/");
    assertTrue(prefix.contains(ObjectKey.of("chunks/a/b")));
    assertTrue(prefix.contains(ObjectKey.of("chunks/a/b/c")));
    assertFalse(prefix.contains(ObjectKey.of("chunks/ab/c")));
    assertFalse(prefix.contains(ObjectKey.of("chunks/a")));
    assertTrue(KeyPrefix.all().contains(ObjectKey.of("x")));
  }
}
