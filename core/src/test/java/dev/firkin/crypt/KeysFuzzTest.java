package dev.firkin.crypt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.exceptionfactory.jagged.bech32.Bech32;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes in place of what holds keys. No message repeats a secret. */
class KeysFuzzTest {
  private static final AgeIdentity IDENTITY = identity(7);
  private static final Passphrase PASSPHRASE = passphrase();

  @MethodSource("identityFiles")
  @FuzzTest
  void identityFiles(byte[] content) {
    try {
      for (AgeIdentity identity : IdentityFile.parse("file", content)) {
        AgeIdentity again = AgeIdentity.parse(identity.secretText());
        assertEquals(identity.recipient(), again.recipient());
        var _ = Age.encrypt(List.of(identity.recipient()), ByteBuffer.wrap(content));
      }
    } catch (CryptException e) {
      assertFalse(String.valueOf(e.getMessage()).contains("AGE-SECRET-KEY-1GF"), e::toString);
    }
  }

  @MethodSource("recipients")
  @FuzzTest
  void recipients(byte[] latin1) {
    try {
      usable(AgeRecipient.parse(new String(latin1, StandardCharsets.ISO_8859_1)));
    } catch (CryptException e) {
      assertFalse(String.valueOf(e.getMessage()).contains("AGE-SECRET-KEY-1GF"), e::toString);
    }
  }

  /** The checksum of a recipient's text would stop most mutations of it. */
  @MethodSource("points")
  @FuzzTest
  void recipientsOfAnyPoint(byte[] mutated) {
    byte[] point = Arrays.copyOf(mutated, 32);
    try {
      usable(AgeRecipient.parse(Bech32.getEncoder().encode("age", point).toString()));
    } catch (CryptException e) {
      assertFalse(Arrays.equals(point, new byte[] {9}), e::toString);
    }
  }

  @MethodSource("passphraseFiles")
  @FuzzTest
  void passphraseFiles(byte[] content) {
    byte[] copy = content.clone();
    try (Passphrase passphrase = Passphrase.ofFile(copy)) {
      assertEquals(0, copy.length == 0 ? 0 : copy[0]);
      assertFalse(passphrase.copyUtf8().length == 0);
    } catch (CryptException e) {
      assertFalse(String.valueOf(e.getMessage()).isEmpty());
    }
  }

  @MethodSource("slotNames")
  @FuzzTest
  void slotNames(byte[] latin1) {
    String name = new String(latin1, StandardCharsets.ISO_8859_1);
    Optional<PassphraseSlot> slot = PassphraseSlot.parse(name);
    slot.ifPresent(s -> assertEquals(name, s.name()));
  }

  @MethodSource("scryptSlots")
  @FuzzTest
  void scryptSlots(byte[] stored) {
    try {
      AgeIdentity identity =
          PassphraseSlots.open(
              new PassphraseSlot.Scrypt(IDENTITY.recipient().tag()),
              ByteBuffer.wrap(stored),
              PASSPHRASE);
      assertEquals(IDENTITY.recipient(), identity.recipient());
    } catch (CryptException e) {
      assertFalse(String.valueOf(e.getMessage()).contains("AGE-SECRET-KEY"), e::toString);
    }
  }

  /** What is in a slot, under the right passphrase. */
  @MethodSource("identityFiles")
  @FuzzTest
  void contentsOfSlots(byte[] content) throws Exception {
    ByteBuffer stored =
        Age.encryptTo(List.of(ScryptStanza.writer(PASSPHRASE, 1)), ByteBuffer.wrap(content));
    try {
      AgeIdentity identity =
          PassphraseSlots.open(
              new PassphraseSlot.Scrypt(IDENTITY.recipient().tag()), stored, PASSPHRASE);
      assertEquals(IDENTITY.recipient(), identity.recipient());
    } catch (CryptException e) {
      assertFalse(String.valueOf(e.getMessage()).contains("AGE-SECRET-KEY-1GF"), e::toString);
    }
  }

  private static void usable(AgeRecipient recipient) throws CryptException {
    assertEquals(16, recipient.tag().length());
    assertEquals(recipient, AgeRecipient.parse(recipient.toString()));
    var _ = Age.encrypt(List.of(recipient), ByteBuffer.wrap(new byte[1]));
  }

  static Stream<Arguments> identityFiles() {
    return Stream.of(
            IDENTITY.secretText() + "\n",
            "# a comment\n\n" + IDENTITY.secretText() + "\r\n" + identity(8).secretText(),
            "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n",
            identity(0).secretText(),
            "age-encryption.org/v1\n")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  static Stream<Arguments> recipients() {
    return Stream.of(
            IDENTITY.recipient().text(),
            " " + identity(8).recipient() + "\n",
            IDENTITY.secretText())
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** The points of small order, with which no two can agree on a secret, and others. */
  static Stream<Arguments> points() {
    HexFormat hex = HexFormat.of();
    return Stream.of(
            "",
            "01",
            "09",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")
        .map(point -> Arguments.of((Object) Arrays.copyOf(hex.parseHex(point), 32)));
  }

  static Stream<Arguments> passphraseFiles() {
    return Stream.of("secret\n", "two\nlines\n", "b\u00fccher \u1e9b\u0323\r\n", "x".repeat(4097))
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }

  static Stream<Arguments> slotNames() {
    return Stream.of(
            "0123456789abcdef.scrypt.age",
            "0123456789abcdef.bcrypt-13-00112233445566778899aabbccddeeff.age",
            "0123456789abcdef.bcrypt-99-00112233445566778899aabbccddeeff.age")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  static Stream<Arguments> scryptSlots() throws Exception {
    byte[] text = (IDENTITY.secretText() + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer good =
        Age.encryptTo(List.of(ScryptStanza.writer(PASSPHRASE, 2)), ByteBuffer.wrap(text));
    ByteBuffer other = Age.encrypt(List.of(IDENTITY.recipient()), ByteBuffer.wrap(text));
    String latin1 = StandardCharsets.ISO_8859_1.decode(good.duplicate()).toString();
    return Stream.of(
            latin1,
            latin1.replaceFirst(" 2\n", " 20\n"),
            latin1.replaceFirst(" 2\n", " 21\n"),
            latin1.replaceFirst(" 2\n", " 0\n"),
            StandardCharsets.ISO_8859_1.decode(other).toString())
        .map(file -> Arguments.of((Object) file.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static AgeIdentity identity(int filling) {
    byte[] scalar = new byte[32];
    Arrays.fill(scalar, (byte) filling);
    return AgeIdentity.ofScalar(scalar);
  }

  private static Passphrase passphrase() {
    try {
      return Passphrase.of("a passphrase".toCharArray());
    } catch (CryptException e) {
      throw new AssertionError("a passphrase like any other", e);
    }
  }
}
