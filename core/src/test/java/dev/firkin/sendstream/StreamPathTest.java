package dev.firkin.sendstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StreamPathTest {
  @Test
  void showsEveryNameOnOneLineAndWithoutControlCharacters() {
    assertEquals("größe 🧈", StreamPath.of("größe 🧈").toString());
    assertEquals("a\\x0ab\\x1b[31m", StreamPath.of("a\nb\u001b[31m").toString());
    assertEquals("caf\\xe9", StreamPath.of(new byte[] {'c', 'a', 'f', (byte) 0xe9}).toString());
    assertEquals("a\\x5cb", StreamPath.of("a\\b").toString());
  }

  @Test
  void knowsPlainNames() {
    assertTrue(StreamPath.of("...").isPlainName());
    assertTrue(StreamPath.of(".a").isPlainName());
    assertFalse(StreamPath.of("..").isPlainName());
    assertFalse(StreamPath.of("a/b").isPlainName());
    assertFalse(StreamPath.of("").isPlainName());
  }

  @Test
  void isItsBytes() {
    assertEquals(StreamPath.of("a"), StreamPath.of(new byte[] {'a'}));
    assertNotEquals(StreamPath.of("a"), StreamPath.of("b"));
    assertThrows(IllegalArgumentException.class, () -> StreamPath.of("a\0b"));
  }
}
