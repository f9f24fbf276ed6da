package dev.firkin.crypt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgeTest {
  /** What is allowed for where the size of an object is bounded. */
  private static final int MAX_OVERHEAD_BYTES = 64 << 10;

  private final AgeIdentity alice = AgeIdentity.generate();
  private final AgeIdentity bob = AgeIdentity.generate();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 4_200_000})
  void everyRecipientReadsWhatWasEncrypted(int length) throws Exception {
    byte[] plaintext = new byte[length];
    new Random(length).nextBytes(plaintext);
    ByteBuffer stored =
        Age.encrypt(List.of(alice.recipient(), bob.recipient()), ByteBuffer.wrap(plaintext));
    assertTrue(stored.remaining() - length < MAX_OVERHEAD_BYTES);
    for (AgeIdentity reader : List.of(alice, bob)) {
      assertEquals(ByteBuffer.wrap(plaintext), Age.decrypt(List.of(reader), stored));
    }
  }

  @Test
  void strangersReadNothing() {
    ByteBuffer stored = Age.encrypt(List.of(alice.recipient()), ByteBuffer.wrap(new byte[10]));
    assertThrows(NoMatchingIdentityException.class, () -> Age.decrypt(List.of(bob), stored));
  }

  @Test
  void everyFlippedByteAndEveryTruncationIsNoticed() throws Exception {
    byte[] plaintext = "the same plaintext".getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = Age.encrypt(List.of(alice.recipient()), ByteBuffer.wrap(plaintext));
    byte[] stored = Arrays.copyOf(file.array(), file.remaining());
    for (int i = 0; i < stored.length; i++) {
      byte[] flipped = stored.clone();
      flipped[i] ^= 1;
      assertThrows(
          CryptException.class, () -> Age.decrypt(List.of(alice), ByteBuffer.wrap(flipped)));
      ByteBuffer cut = ByteBuffer.wrap(stored, 0, i);
      assertThrows(CryptException.class, () -> Age.decrypt(List.of(alice), cut));
    }
    byte[] longer = Arrays.copyOf(stored, stored.length + 1);
    assertThrows(CryptException.class, () -> Age.decrypt(List.of(alice), ByteBuffer.wrap(longer)));
  }

  @Test
  void aFileCutAtABlockBoundaryIsNoticed() {
    ByteBuffer file =
        Age.encrypt(List.of(alice.recipient()), ByteBuffer.wrap(new byte[3 * 65_536]));
    ByteBuffer cut = file.duplicate().limit(file.limit() - (65_536 + 16));
    assertThrows(DamagedAgeFileException.class, () -> Age.decrypt(List.of(alice), cut));
  }

  @Test
  void identitiesSurviveTheirTextAndNeverPrint() throws Exception {
    AgeIdentity again = AgeIdentity.parse(alice.secretText() + "\n");
    assertEquals(alice.recipient(), again.recipient());
    assertFalse(alice.toString().contains("SECRET"));
    String damaged = alice.secretText().replaceAll(".$", "Q").replaceAll(".(.)$", "Q$1");
    CryptException e = assertThrows(CryptException.class, () -> AgeIdentity.parse(damaged));
    assertFalse(e.getMessage().contains(damaged.substring(20, 60)));
  }

  /** The key pair of the age documentation, so that our derivation is theirs. */
  @Test
  void derivesTheRecipientThatAgeDerives() throws Exception {
    AgeIdentity identity =
        AgeIdentity.parse(
            "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
    assertEquals(
        "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
        identity.recipient().text());
  }

  @Test
  void anIdentityGivenAsRecipientIsRefusedWithoutEcho() {
    CryptException e =
        assertThrows(CryptException.class, () -> AgeRecipient.parse(alice.secretText()));
    assertFalse(e.getMessage().contains(alice.secretText()));
    assertThrows(CryptException.class, () -> AgeRecipient.parse("age1nonsense"));
  }

  @ParameterizedTest
  @EnumSource(PassphraseKdf.class)
  void aSlotOpensWithItsPassphraseOnly(PassphraseKdf kdf) throws Exception {
    try (Passphrase right = Passphrase.of("bücher am morgen".toCharArray());
        Passphrase wrong = Passphrase.of("bücher am abend".toCharArray())) {
      PassphraseSlots.Sealed sealed = PassphraseSlots.seal(alice, right, kdf);
      PassphraseSlot slot = PassphraseSlot.parse(sealed.slot().name()).orElseThrow();
      assertEquals(sealed.slot(), slot);
      assertEquals(
          alice.recipient(), PassphraseSlots.open(slot, sealed.stored(), right).recipient());
      assertThrows(
          NoMatchingIdentityException.class,
          () -> PassphraseSlots.open(slot, sealed.stored(), wrong));
    }
  }

  /** 1 GiB, which is more than a test may use. */
  @Test
  void aSlotThatAsksForTooMuchMemoryIsNoDamage() throws Exception {
    try (Passphrase passphrase = Passphrase.of("bücher".toCharArray())) {
      ByteBuffer file =
          Age.encryptTo(List.of(ScryptStanza.writer(passphrase, 2)), ByteBuffer.wrap(new byte[10]));
      String dear =
          StandardCharsets.ISO_8859_1.decode(file).toString().replaceFirst(" 2\n", " 20\n");
      CryptException e =
          assertThrows(
              CryptException.class,
              () ->
                  PassphraseSlots.open(
                      new PassphraseSlot.Scrypt(alice.recipient().tag()),
                      ByteBuffer.wrap(dear.getBytes(StandardCharsets.ISO_8859_1)),
                      passphrase));
      assertTrue(e.getMessage().contains("1024 MiB"), e::getMessage);
      assertTrue(e.hint().orElseThrow().contains("FIRKIN_HEAP=2048m"), e.hint()::toString);
    }
  }

  @Test
  void passphraseFilesAreOneLine() throws Exception {
    try (Passphrase a = Passphrase.ofFile("geheim\r\n".getBytes(StandardCharsets.UTF_8));
        Passphrase b = Passphrase.of("geheim".toCharArray())) {
      assertTrue(a.sameAs(b));
    }
    for (String bad : List.of("", "\n", "a\nb\n")) {
      assertThrows(
          CryptException.class, () -> Passphrase.ofFile(bad.getBytes(StandardCharsets.UTF_8)));
    }
    assertThrows(CryptException.class, () -> Passphrase.ofFile(new byte[] {(byte) 0xff, 'a'}));
  }

  @Test
  void identityFilesNameTheLineThatIsWrong() throws Exception {
    String text = "# a comment\n\n" + alice.secretText() + "\n" + bob.secretText() + "\n";
    assertEquals(2, IdentityFile.parse("f", text.getBytes(StandardCharsets.UTF_8)).size());
    String bad = "# a comment\nhello\n";
    CryptException e =
        assertThrows(
            CryptException.class,
            () -> IdentityFile.parse("f", bad.getBytes(StandardCharsets.UTF_8)));
    assertTrue(e.getMessage().startsWith("f, line 2"), e::getMessage);
    assertThrows(CryptException.class, () -> IdentityFile.parse("f", new byte[0]));
  }
}
