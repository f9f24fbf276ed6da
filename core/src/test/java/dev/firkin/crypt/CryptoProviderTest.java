package dev.firkin.crypt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.Provider;
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
    Optional<Provider> jdk = Optional.empty();
    Optional<Provider> other = CryptoProvider.forSize(length);
    assertEquals(plaintext, decrypt(encrypt(plaintext, jdk), other));
    assertEquals(plaintext, decrypt(encrypt(plaintext, other), jdk));
    assertEquals(plaintext, decrypt(encrypt(plaintext, other), other));
  }

  @Test
  void damageIsNoticedInEveryBlock() {
    ByteBuffer file =
        Age.encrypt(List.of(identity.recipient()), ByteBuffer.wrap(new byte[3 * BLOCK]));
    byte[] stored = Arrays.copyOf(file.array(), file.remaining());
    for (int at = stored.length - 1; at > 0; at -= BLOCK / 4) {
      byte[] flipped = stored.clone();
      flipped[at] ^= 0x10;
      assertThrows(
          DamagedAgeFileException.class,
          () -> Age.decrypt(List.of(identity), ByteBuffer.wrap(flipped)));
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
    assertEquals(Optional.empty(), CryptoProvider.usable(() -> Security.getProvider("SUN")));
  }

  private ByteBuffer encrypt(ByteBuffer plaintext, Optional<Provider> provider) throws Exception {
    return Age.encryptTo(
        AgeEncryptor.writers(List.of(identity.recipient()), provider), plaintext, provider);
  }

  private ByteBuffer decrypt(ByteBuffer stored, Optional<Provider> provider) throws Exception {
    return Age.decryptWith(List.of(identity.stanzaReader()), stored, provider);
  }
}
