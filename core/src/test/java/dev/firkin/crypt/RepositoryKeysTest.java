package dev.firkin.crypt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RepositoryKeysTest {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

  @Test
  void followFromSecretAndRepository() {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 7);
    RepositoryKeys keys = RepositoryKeys.derive(RepositorySecret.of(secret), new byte[16]);
    RepositoryKeys same = RepositoryKeys.derive(RepositorySecret.of(secret), new byte[16]);
    byte[] otherId = new byte[16];
    otherId[0] = 1;
    RepositoryKeys other = RepositoryKeys.derive(RepositorySecret.of(secret), otherId);
    assertEquals(keys.chunkIds().of(HELLO), same.chunkIds().of(HELLO));
    assertEquals(keys.fingerprint(), same.fingerprint());
    assertNotEquals(keys.chunkIds().of(HELLO), other.chunkIds().of(HELLO));
    assertNotEquals(keys.chunkIds().of(HELLO), keys.pageIds().of(HELLO));
    assertNotEquals(keys.snapshotIds().of(HELLO), keys.seals().of(HELLO));
    assertFalse(Arrays.equals(keys.gear(), other.gear()));
  }

  /** Computed once with Python's hmac module; the format's promise. */
  @Test
  void giveTheNumbersOfTheFormat() {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 7);
    RepositoryKeys keys = RepositoryKeys.derive(RepositorySecret.of(secret), new byte[16]);
    assertEquals("3273e71c955f229d", keys.fingerprint());
    assertEquals(
        "8eb0190f75aa036f575d6242492810117d772107916727968290ee1e8767124e",
        keys.chunkIds().of(HELLO).toString());
    assertEquals("2d8c11ca3e20e917", Long.toHexString(keys.gear()[0]));
    assertEquals(
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        RepositoryKeys.plain().chunkIds().of(HELLO).toString());
    assertEquals("eda4d0ed2a9775ce", Long.toHexString(RepositoryKeys.plain().gear()[255]));
  }

  @Test
  void secretsNeverPrint() {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 0x41);
    assertFalse(RepositorySecret.of(secret).toString().contains("41"));
    assertFalse(RepositorySecret.of(secret).toString().contains("AAAA"));
  }
}
