package dev.firkin.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoreUrlTest {

  @Test
  void readsPathsAndFileUrls() throws Exception {
    StoreUrl expected = new StoreUrl("file", "", "/srv/backup");
    assertEquals(expected, StoreUrl.parse("/srv/backup"));
    assertEquals(expected, StoreUrl.parse("/srv/x/../backup/"));
    assertEquals(expected, StoreUrl.parse("file:///srv/backup"));
    assertEquals(expected, StoreUrl.parse("FILE://localhost/srv/backup/"));
    assertEquals("file:///srv/backup", expected.toString());

    String here = Path.of("").toAbsolutePath().toString();
    assertEquals(here + "/b", StoreUrl.parse("./b").path());
    assertEquals(here + "/b/c", StoreUrl.parse("b/c").path());
    assertEquals("/srv/a:b", StoreUrl.parse("/srv/a:b").path());
  }

  @Test
  void decodesFileUrlsAndNotPaths() throws Exception {
    assertEquals("/a b/ü%", StoreUrl.parse("file:///a%20b/%C3%BC%25").path());
    assertEquals("/a%20b", StoreUrl.parse("/a%20b").path());
  }

  @Test
  void readsBucketAndPrefix() throws Exception {
    assertEquals(new StoreUrl("s3", "b", "p/q"), StoreUrl.parse("s3://b/p/q/"));
    assertEquals(new StoreUrl("s3", "b", ""), StoreUrl.parse("S3://b"));
    assertEquals("s3://b/p/q", StoreUrl.parse("s3://b//p/q").toString());
    assertEquals("s3://b", StoreUrl.parse("s3://b/").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "s3:bucket",
        "s3:/bucket",
        "1x://y",
        "file://host/p",
        "file://",
        "file:///a%2",
        "file:///a%zz",
        "file:///a%"
      })
  void refusesWhatIsNeither(String text) {
    assertThrows(StoreUrlException.class, () -> StoreUrl.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://key:hunter2@bucket/p", "s3:key:hunter2@bucket"})
  void doesNotRepeatPasswords(String text) {
    StoreUrlException e = assertThrows(StoreUrlException.class, () -> StoreUrl.parse(text));
    assertFalse(e.toString().contains("hunter2"), e::toString);
  }

  @Test
  void namesTheKnownSchemes() throws Exception {
    StoreUrl url = StoreUrl.parse("gopher://hole");
    StoreUrlException e =
        assertThrows(
            StoreUrlException.class, () -> ObjectStores.open(url, StoreOptions.defaults()));
    assertTrue(e.toString().contains("gopher"), e::toString);
    assertTrue(e.hint().orElseThrow().contains("file"), e.hint().orElseThrow());
  }
}
