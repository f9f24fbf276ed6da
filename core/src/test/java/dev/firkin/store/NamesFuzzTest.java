package dev.firkin.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text in place of a store's URL, or of the name of an object that a store lists. */
class NamesFuzzTest {
  @MethodSource("urls")
  @FuzzTest
  void urls(byte[] utf16) throws Exception {
    String text = ByteBuffer.wrap(utf16).order(ByteOrder.LITTLE_ENDIAN).asCharBuffer().toString();
    try {
      StoreUrl url = StoreUrl.parse(text);
      assertFalse(url.host().contains("@"), text);
      assertEquals(url.path(), StoreUrl.parse(url.toString()).path());
    } catch (StoreUrlException e) {
      assertTrue(String.valueOf(e.getMessage()).length() < 200 + text.length());
    }
  }

  @MethodSource("keys")
  @FuzzTest
  void keys(byte[] latin1) {
    String text = new String(latin1, StandardCharsets.ISO_8859_1);
    Optional<ObjectKey> key = ObjectKey.parse(text);
    if (key.isPresent()) {
      assertEquals(text, key.get().value());
      for (String segment : text.split("/", -1)) {
        assertTrue(segment.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*"), text);
      }
    }
    try {
      assertEquals(text, KeyPrefix.of(text).value());
      assertTrue(ObjectKey.parse(text + "x").isPresent() || text.length() >= ObjectKey.MAX_CHARS);
    } catch (IllegalArgumentException e) {
      assertFalse(text.endsWith("/") && ObjectKey.parse(text + "x").isPresent(), text);
    }
  }

  static Stream<Arguments> urls() {
    return List.of(
            "s3://bucket/prefix/x",
            "file:///srv/back%20up%25",
            "file://localhost/srv",
            "/srv/backup",
            "relative/../path",
            "s3://user:secret@bucket/x",
            "file:///srv/\ud800",
            "/srv/\udc00")
        .stream()
        .map(text -> Arguments.of((Object) utf16(text)));
  }

  /** With halves of surrogate pairs kept as they are. */
  private static byte[] utf16(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * text.length()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asCharBuffer().put(text);
    return bytes.array();
  }

  static Stream<Arguments> keys() {
    return Stream.of(
            "firkin.json", "chunks/0a/0a1b", "keys/0123456789abcdef.scrypt.age", "pages/", "a/../b")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
