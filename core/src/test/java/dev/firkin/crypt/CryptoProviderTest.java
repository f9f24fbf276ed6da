package dev.firkin.crypt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CryptoProviderTest {
  private static final int BLOCK = 64 << 10;

  private final AgeIdentity identity = AgeIdentity.generate();

  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "aarch64"})
  void whatIsLargeIsNotComputedByTheJdk() {
    assertTrue(CryptoProvider.forSize(BLOCK).isPresent());
    assertEquals(Optional.empty(), CryptoProvider.forSize(BLOCK - 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK - 1, 4_200_000})
  void theJdkAndTheOtherReadEachOther(int length) throws Exception {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    ByteBuffer plaintext = ByteBuffer.wrap(bytes);
    Optional<CryptoProvider> jdk = Optional.empty();
    Optional<CryptoProvider> other = CryptoProvider.forSize(length);
    assertEquals(plaintext, decrypt(encrypt(plaintext, jdk), other));
    assertEquals(plaintext, decrypt(encrypt(plaintext, other), jdk));
    assertEquals(plaintext, decrypt(encrypt(plaintext, other), other));
  }

  @Test
  void damageIsNoticedInEveryBlock() throws Exception {
    Optional<CryptoProvider> other = CryptoProvider.forSize(3 * BLOCK);
    ByteBuffer file = encrypt(ByteBuffer.wrap(new byte[3 * BLOCK]), other);
    byte[] stored = Arrays.copyOf(file.array(), file.remaining());
    for (int at = stored.length - 1; at > 0; at -= BLOCK / 4) {
      byte[] flipped = stored.clone();
      flipped[at] ^= 0x10;
      assertThrows(DamagedAgeFileException.class, () -> decrypt(ByteBuffer.wrap(flipped), other));
      assertThrows(
          DamagedAgeFileException.class,
          () -> Age.decrypt(List.of(identity), ByteBuffer.wrap(flipped)));
    }
    int last = stored.length - (BLOCK + 16);
    for (int cut : new int[] {last, last + 1, last + 15, last + 16, last + 17}) {
      ByteBuffer part = ByteBuffer.wrap(stored, 0, cut);
      assertThrows(DamagedAgeFileException.class, () -> decrypt(part, other), () -> "" + cut);
    }
    assertThrows(
        NoMatchingIdentityException.class,
        () -> Age.decrypt(List.of(AgeIdentity.generate()), ByteBuffer.wrap(stored)));
  }

  @Test
  void oneThatDoesNotLoadOrLacksSomethingIsNotUsed() {
    assertEquals(
        Optional.empty(),
        CryptoProvider.usable(() -> {
          throw new UnsatisfiedLinkError("no library for this machine");
        }));
    assertEquals(
        Optional.empty(),
        CryptoProvider.usable(() -> {
          throw new OutOfMemoryError("a small heap");
        }));
    assertEquals(Optional.empty(), CryptoProvider.usable(() -> Security.getProvider("SUN")));
  }

  private ByteBuffer encrypt(ByteBuffer plaintext, Optional<CryptoProvider> provider)
      throws Exception {
    return Age.encryptTo(
        AgeEncryptor.writers(List.of(identity.recipient()), provider), plaintext, provider);
  }

  private ByteBuffer decrypt(ByteBuffer stored, Optional<CryptoProvider> provider)
      throws Exception {
    return Age.decryptWith(List.of(identity.stanzaReader()), stored, provider);
  }
}
